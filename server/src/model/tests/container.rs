use super::super::sample::{Sample, chunks, glb};
use super::super::{Limits, ModelRefused, read};
use super::refusal_of;

#[test]
fn a_file_cut_at_any_byte_is_refused() {
    let whole = Sample::new().bytes();
    for length in 0..whole.len() {
        assert!(read(&whole[..length], &Limits::default()).is_err(), "cut at {length}");
    }
}

#[test]
fn a_file_that_is_no_glb_is_named_so() {
    assert_eq!(refusal_of(b"PK\x03\x04 a zip archive, renamed to .glb"), ModelRefused::NotGlb);
    assert_eq!(refusal_of(br#"{"asset":{"version":"2.0"}}"#), ModelRefused::NotGlb);
    assert_eq!(refusal_of(b""), ModelRefused::TooShort { actual: 0 });
}

#[test]
fn another_version_of_the_container_is_refused() {
    let mut file = Sample::new().bytes();
    file[4] = 1;
    assert_eq!(refusal_of(&file), ModelRefused::Version { version: "1".to_owned() });
}

#[test]
fn a_length_of_four_gibibytes_is_a_lie_and_costs_nothing() {
    let mut file = Sample::new().bytes();
    let actual = file.len();
    file[8..12].copy_from_slice(&u32::MAX.to_le_bytes());
    assert_eq!(refusal_of(&file), ModelRefused::LyingLength { declared: u64::from(u32::MAX), actual });
}

#[test]
fn bytes_appended_to_a_file_are_noticed() {
    let mut file = Sample::new().bytes();
    file.extend(b"<script>");
    assert_eq!(refusal_of(&file).code(), "lying_length");
}

#[test]
fn a_chunk_that_claims_more_than_the_file_has_is_refused() {
    let mut file = Sample::new().bytes();
    file[12..16].copy_from_slice(&(u32::MAX - 3).to_le_bytes());
    assert_eq!(refusal_of(&file).code(), "chunk_overrun");
}

#[test]
fn chunks_stand_in_order_and_on_multiples_of_four() {
    let json = Sample::new().json.to_string().into_bytes();
    let padded = |by: usize| {
        let mut json = json.clone();
        json.resize(json.len().next_multiple_of(4) + by, b' ');
        json
    };
    let bin = Sample::new().bin;
    for (file, code) in [
        (chunks(&[(b"BIN\0", &bin), (b"JSON", &padded(0))]), "chunk_order"),
        (chunks(&[(b"JSON", &padded(0)), (b"JSON", &padded(0))]), "chunk_order"),
        (chunks(&[(b"JSON", &padded(0)), (b"BIN\0", &bin), (b"BIN\0", &bin)]), "chunk_order"),
        (chunks(&[(b"JSON", &padded(2)), (b"BIN\0", &bin)]), "chunk_misaligned"),
    ] {
        assert_eq!(refusal_of(&file).code(), code);
    }
    let with_a_stranger = chunks(&[(b"JSON", &padded(0)), (b"BIN\0", &bin), (b"NOTE", b"text")]);
    assert!(read(&with_a_stranger, &Limits::default()).is_ok());
}

#[test]
fn the_limits_on_bytes_hold_to_the_byte() {
    let file = Sample::new().bytes();
    let json = usize::try_from(u32::from_le_bytes(*file[12..].first_chunk().unwrap())).unwrap();
    let limits = Limits { bytes: file.len(), json_bytes: json, ..Limits::default() };
    assert!(read(&file, &limits).is_ok());
    let code = |limits| read(&file, &limits).unwrap_err().code();
    assert_eq!(code(Limits { bytes: file.len() - 1, ..limits }), "too_large");
    assert_eq!(code(Limits { json_bytes: json - 1, ..limits }), "json_too_large");
}

#[test]
fn json_bombs_are_refused_cheaply() {
    let deep = [b"{\"asset\":".as_slice(), &b"[".repeat(1_000_000)].concat();
    assert_eq!(refusal_of(&glb(&deep, b"")).code(), "bad_json");
    let many = format!(r#"{{"asset":{{"version":"2.0"}},"nodes":[{}{{}}]}}"#, "{},".repeat(500_000));
    assert_eq!(
        refusal_of(&glb(many.as_bytes(), b"")),
        ModelRefused::TooMany { what: "nodes", actual: 500_001, limit: 65_536 }
    );
}

#[test]
fn a_member_given_twice_is_refused() {
    let twice = br#"{"asset":{"version":"2.0"},"buffers":[],"buffers":[{"byteLength":1,"uri":"http://x/"}]}"#;
    assert_eq!(refusal_of(&glb(twice, b"")).code(), "bad_json");
}
