// The shop's side of the bucket: files that customers sent, put there as the shop would.
import { createHash, createHmac, randomBytes, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { required } from "./server";

const sha256 = (data: string | Uint8Array) => createHash("sha256").update(data).digest("hex");
const sign = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest();

/** Puts a file into the bucket (AWS Signature Version 4, one signed PUT). */
export async function put(key: string, bytes: Uint8Array<ArrayBuffer>) {
  const address = new URL(`${required("S3_ENDPOINT")}/${required("S3_BUCKET")}/${key}`);
  const region = required("S3_REGION");
  const moment = new Date().toISOString().replace(/[-:]|\.\d+/g, "");
  const day = moment.slice(0, 8);
  const signed = { host: address.host, "x-amz-content-sha256": sha256(bytes), "x-amz-date": moment };
  const names = Object.keys(signed).join(";");
  const lines = Object.entries(signed).map(([name, value]) => `${name}:${value}`);
  const request = ["PUT", address.pathname, "", ...lines, "", names, signed["x-amz-content-sha256"]].join("\n");
  const scope = [day, region, "s3", "aws4_request"];
  const secret = scope.reduce<string | Buffer>(sign, `AWS4${required("AWS_SECRET_ACCESS_KEY")}`);
  const text = ["AWS4-HMAC-SHA256", moment, scope.join("/"), sha256(request)].join("\n");
  const credential = `${required("AWS_ACCESS_KEY_ID")}/${scope.join("/")}`;
  const authorization = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names}, Signature=${sign(secret, text).toString("hex")}`;
  const { host: _, ...headers } = signed;
  const answer = await fetch(address, { method: "PUT", headers: { ...headers, authorization }, body: bytes });
  if (!answer.ok) throw new Error(`the bucket answered ${answer.status}: ${await answer.text()}`);
}

/** One of the files that the reader of models is tested with, as bytes that no other order names; so many more, if asked. */
export function sample(name: string, ballast = 0): Uint8Array<ArrayBuffer> {
  const file = readFileSync(join(__dirname, "../../server/src/model/tests/files", name));
  // GLB 2.0: 12 bytes of header, then the JSON chunk: its length, its type, its text, filled up with spaces to 4.
  const length = file.readUInt32LE(12);
  const document = JSON.parse(file.toString("utf8", 20, 20 + length));
  document.asset.extras = { unique: randomUUID(), ballast: randomBytes(ballast / 2).toString("hex") };
  const plain = Buffer.from(JSON.stringify(document));
  const json = Buffer.concat([plain, Buffer.alloc((4 - (plain.length % 4)) % 4, " ")]);
  const out = Buffer.concat([file.subarray(0, 20), json, file.subarray(20 + length)]);
  out.writeUInt32LE(out.length, 8);
  out.writeUInt32LE(json.length, 12);
  return new Uint8Array(out);
}
