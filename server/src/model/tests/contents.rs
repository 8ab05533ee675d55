use serde_json::json;

use super::super::sample::Sample;
use super::super::{Limits, ModelRefused, read};
use super::{facts, refusal};

#[test]
fn nothing_is_fetched_from_outside() {
    for uri in
        [json!("https://example.org/x.bin"), json!("data:application/octet-stream;base64,AA=="), json!(null)]
    {
        let sample = Sample::new().with("/buffers/0/uri", uri.clone());
        assert_eq!(refusal(&sample), ModelRefused::ExternalUri { what: "buffer", index: 0 });
        let sample = Sample::new().with("/images", json!([{ "uri": uri }]));
        assert_eq!(refusal(&sample), ModelRefused::ExternalUri { what: "image", index: 0 });
    }
    let second = Sample::new().with("/buffers/-", json!({ "byteLength": 4 }));
    assert_eq!(refusal(&second), ModelRefused::ExternalUri { what: "buffer", index: 1 });
}

#[test]
fn only_extensions_that_the_viewer_opens_may_be_required() {
    let needs = |name: &str| Sample::new().with("/extensionsRequired", json!([name]));
    for name in ["KHR_mesh_quantization", "KHR_texture_transform", "EXT_texture_webp", "KHR_materials_ior"] {
        facts(&needs(name));
    }
    for name in ["KHR_texture_basisu", "EXT_mesh_gpu_instancing", "VENDOR_scripts"] {
        assert_eq!(refusal(&needs(name)), ModelRefused::UnsupportedExtension { name: name.to_owned() });
    }
}

#[test]
fn instancing_that_is_not_required_is_refused_too() {
    let extension = json!({ "EXT_mesh_gpu_instancing": { "attributes": { "TRANSLATION": 0 } } });
    assert_eq!(
        refusal(&Sample::new().with("/nodes/0/extensions", extension)).code(),
        "unsupported_extension"
    );
}

#[test]
fn another_version_of_the_document_is_refused() {
    assert_eq!(refusal(&Sample::new().with("/asset/version", json!("1.0"))).code(), "version");
    assert_eq!(refusal(&Sample::new().with("/asset/minVersion", json!("2.1"))).code(), "version");
}

#[test]
fn every_index_must_lead_somewhere() {
    for pointer in [
        "/scenes/0/nodes/0",
        "/nodes/0/mesh",
        "/meshes/0/primitives/0/attributes/POSITION",
        "/meshes/0/primitives/0/attributes/NORMAL",
        "/meshes/0/primitives/0/indices",
        "/meshes/0/primitives/0/material",
        "/accessors/0/bufferView",
        "/bufferViews/0/buffer",
    ] {
        assert_eq!(refusal(&Sample::new().with(pointer, json!(7))).code(), "dangling", "{pointer}");
    }
    assert_eq!(refusal(&Sample::new().with("/scene", json!(1))), ModelRefused::NoScene);
    assert_eq!(refusal(&Sample::new().with("/scenes", json!([]))), ModelRefused::NoScene);
}

#[test]
fn every_range_must_lie_inside() {
    for (pointer, value) in [
        ("/buffers/0/byteLength", json!(172)),
        ("/bufferViews/1/byteLength", json!(73)),
        ("/bufferViews/1/byteOffset", json!(u64::MAX)),
        ("/bufferViews/1/byteLength", json!(u64::MAX)),
        ("/accessors/0/count", json!(9)),
        ("/accessors/0/byteOffset", json!(4)),
        ("/accessors/1/count", json!(37)),
        ("/accessors/1/count", json!(u64::MAX)),
        ("/bufferViews/0/byteStride", json!(16)),
    ] {
        assert_eq!(
            refusal(&Sample::new().with(pointer, value.clone())).code(),
            "out_of_bounds",
            "{pointer} {value}"
        );
    }
}

#[test]
fn a_layout_that_no_viewer_reads_is_refused() {
    for (pointer, value) in [
        ("/accessors/0/count", json!(0)),
        ("/accessors/0/componentType", json!(5124)),
        ("/accessors/1/byteOffset", json!(1)),
        ("/bufferViews/0/byteStride", json!(8)),
        ("/bufferViews/0/byteStride", json!(0)),
        ("/bufferViews/0/byteLength", json!(0)),
        ("/meshes/0/primitives", json!([])),
        ("/meshes/0/primitives/0/mode", json!(7)),
        ("/meshes/0/primitives/0/attributes", json!({})),
        ("/meshes/0/primitives/0/attributes/NORMAL", json!(1)),
        ("/accessors/0/type", json!("VEC4")),
        ("/accessors/1/type", json!("VEC2")),
    ] {
        let refused = refusal(&Sample::new().with(pointer, value.clone())).code();
        assert!(["bad_layout", "out_of_bounds"].contains(&refused), "{pointer} {value}: {refused}");
    }
}

#[test]
fn an_index_past_the_vertices_is_refused() {
    let mut sample = Sample::new();
    sample.bin[96] = 8;
    assert_eq!(refusal(&sample).code(), "bad_layout");
}

#[test]
fn claims_of_empty_data_have_a_limit() {
    let zeros = json!({ "componentType": 5126, "count": 4_000_000_000_u32, "type": "VEC3" });
    assert_eq!(refusal(&Sample::new().with("/accessors/-", zeros)).code(), "too_many");
}

#[test]
fn a_packed_view_may_not_unpack_without_bounds() {
    let bomb = json!({ "buffer": 1, "byteLength": 3_000_000_000_u32, "extensions": { "EXT_meshopt_compression":
        { "buffer": 0, "byteLength": 8, "byteStride": 12, "count": 250_000_000, "mode": "ATTRIBUTES" } } });
    let place = json!({ "byteLength": 3_000_000_000_u32, "extensions": { "EXT_meshopt_compression": { "fallback": true } } });
    let sample = Sample::new().with("/bufferViews/-", bomb).with("/buffers/-", place);
    assert_eq!(refusal(&sample).code(), "too_many");
}

#[test]
fn packed_data_must_be_what_it_says() {
    let draco = json!({ "KHR_draco_mesh_compression": { "bufferView": 0, "attributes": { "POSITION": 0 } } });
    assert_eq!(refusal(&Sample::new().with("/meshes/0/primitives/0/extensions", draco)).code(), "bad_layout");
}

#[test]
fn pictures_are_pictures_and_of_a_bounded_size() {
    let picture = |head: &[u8]| {
        let mut sample = Sample::new();
        sample.bin.extend(head);
        let end = sample.bin.len();
        sample
            .with("/buffers/0/byteLength", json!(end))
            .with("/bufferViews/-", json!({ "buffer": 0, "byteOffset": 168, "byteLength": head.len() }))
            .with("/images", json!([{ "bufferView": 2, "mimeType": "image/png" }]))
    };
    let png = |side: u32| {
        [b"\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR".as_slice(), &side.to_be_bytes(), &side.to_be_bytes()].concat()
    };
    let jpeg = |side: u16| {
        let frame = [b"\xFF\xC2\0\x11\x08".as_slice(), &side.to_be_bytes(), &side.to_be_bytes()].concat();
        [b"\xFF\xD8\xFF\xE0\0\x04ab".as_slice(), &frame].concat()
    };
    let webp = |low: u8| {
        [b"RIFF\0\0\0\0WEBPVP8X\x0A\0\0\0\0\0\0\0".as_slice(), &[low, 0x40, 0, low, 0x40, 0]].concat()
    };
    for head in [png(4096), jpeg(4096), webp(0)[..].to_vec()] {
        let large = head.starts_with(b"RIFF");
        assert_eq!(read(&picture(&head).bytes(), &Limits::default()).is_err(), large);
    }
    for head in [png(50_000), jpeg(u16::MAX), webp(0xFF)] {
        assert_eq!(refusal(&picture(&head)).code(), "image_too_large");
    }
    for head in [b"<svg onload=alert(1)>".as_slice(), b"GIF89a", b"\xFF\xD8\xFF\xD9", b"\x89PNG\r\n\x1A\n"] {
        assert_eq!(refusal(&picture(head)), ModelRefused::BadImage { index: 0 });
    }
    assert_eq!(refusal(&Sample::new().with("/images", json!([{}]))), ModelRefused::BadImage { index: 0 });
    let many =
        |count: usize| picture(&png(4096)).with("/images", json!(vec![json!({ "bufferView": 2 }); count]));
    assert_eq!(facts(&many(8)).pixels, 8 << 24);
    assert_eq!(refusal(&many(9)), ModelRefused::ImagesTooLarge { pixels: 9 << 24, limit: 8 << 24 });
    // What was accepted before that limit was known is looked at again all the same.
    assert_eq!(read(&many(9).bytes(), &Limits::of_accepted()).unwrap().pixels, 9 << 24);
}

#[test]
fn every_refusal_tells_a_person_something_and_machines_a_code() {
    let refused = refusal(&Sample::new().with("/asset/version", json!(2)));
    assert!(refused.to_string().starts_with("the file's description is not valid glTF"));
    assert!(refused.code().bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'));
}
