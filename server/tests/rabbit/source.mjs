// A source of orders that none of this project's code wrote the client of: node source.mjs URL publish|listen.
//   publish   each line of standard input as a message, one after the other, with confirms; says how many were kept
//   listen N  hears the first N pieces of news and prints each as a line of JSON; says "listening" first
import { createInterface } from "node:readline";
import amqplib from "amqplib";

const [url, what, count = "0"] = process.argv.slice(2);
const connection = await amqplib.connect(url);

if (what === "publish") {
  const channel = await connection.createConfirmChannel();
  // Its own declaration must agree with what is there.
  await channel.assertExchange("orders", "topic", { durable: true });
  let kept = 0;
  for await (const line of createInterface({ input: process.stdin })) {
    channel.publish("orders", "order.status_changed", Buffer.from(line), {
      contentType: "application/json",
      contentEncoding: "utf-8",
      persistent: kept % 2 === 0,
      priority: 3,
      messageId: `source-${kept}`,
      timestamp: Math.floor(Date.now() / 1000),
      headers: { "x-own": { nested: [1, true, null, "два"] } },
    });
    kept += 1;
  }
  await channel.waitForConfirms();
  console.log(kept);
} else {
  const channel = await connection.createChannel();
  await channel.checkExchange("mes");
  const { queue } = await channel.assertQueue("", { exclusive: true });
  await channel.bindQueue(queue, "mes", "order.*");
  let left = Number(count);
  await new Promise((heard) => {
    const hear = (message) => {
      const { fields, properties, content } = message;
      console.log(JSON.stringify({
        routingKey: fields.routingKey, contentType: properties.contentType, messageId: properties.messageId,
        headers: properties.headers, body: JSON.parse(content.toString("utf8")),
      }));
      channel.ack(message);
      left -= 1;
      if (left === 0) heard();
    };
    channel.consume(queue, hear).then(() => console.log("listening"));
  });
}
await connection.close();
