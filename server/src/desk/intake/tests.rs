use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Wanted, read};

fn sample() -> Value {
    json!({
        "message_id": "7f0b0f5e-8f2c-4a5e-9a54-0d2f6a0f8f11", "type": "order.status_changed",
        "occurred_at": "2026-11-23T08:15:00Z",
        "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "order": {
            "id": "0193c1a2-6f0e-7d3a-9c1b-2f4f5a6b7c8d", "number": "A-104233", "status": "MANUFACTURING_APPROVED",
            "source_version": 7, "channel": "shop", "title": "Кольцо «Ветвь»", "material": "gold-585-yellow",
            "size": "17.5", "quantity": 1, "price": { "amount": "45900.00", "currency": "RUB" },
            "operator_pay": { "amount": "6900.00", "currency": "RUB" }, "priority": "normal",
            "due_at": "2026-12-14T00:00:00Z", "comment": "гравировка внутри: «19.09»",
            "history": [{ "status": "SUBMITTED", "at": "2026-11-21T09:00:00Z" }],
            "model": {
                "key": "0193c1a2/ring.glb", "size": 7340032,
                "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            },
        },
    })
}

/// Any JSON, not too large.
fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
        "[0-9.TZ:+-]{0,30}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map("[a-z_]{0,8}", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// Paths to every value of the sample.
fn paths(value: &Value, path: &str, found: &mut Vec<String>) {
    found.push(path.to_owned());
    if let Value::Object(object) = value {
        for (key, inner) in object {
            paths(inner, &format!("{path}/{key}"), found);
        }
    }
}

fn any_path() -> impl Strategy<Value = String> {
    let mut found = Vec::new();
    paths(&sample(), "", &mut found);
    prop::sample::select(found)
}

#[test]
fn the_sample_of_the_contract_is_read_whole() {
    let message = read(sample().to_string().as_bytes()).unwrap();
    let Wanted::Approval(facts) = &message.wanted else { panic!() };
    assert_eq!(facts.price.amount.hundredths(), 4_590_000);
    assert_eq!(facts.model.as_ref().unwrap().key, "0193c1a2/ring.glb");
    assert_eq!(message.history.len(), 2);
}

proptest! {
    #[test]
    fn no_bytes_make_the_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = read(&bytes);
    }

    #[test]
    fn no_json_makes_the_reader_panic(value in anything()) {
        let _ = read(value.to_string().as_bytes());
    }

    #[test]
    fn a_field_with_anything_in_it_is_read_or_named(path in any_path(), value in anything()) {
        let mut message = sample();
        *message.pointer_mut(&path).unwrap() = value;
        if let Err(complaints) = read(message.to_string().as_bytes()) {
            prop_assert!(!complaints.is_empty());
            let place = path.trim_start_matches('/').replace('/', ".");
            for bad in complaints {
                prop_assert!(bad.field == "body" || bad.field.starts_with(&place), "{place}: {}", bad.field);
            }
        }
    }
}
