//! Reads the fields of one JSON object and collects what is wrong with them, so that a sender learns of all errors
//! at once.

use std::str::FromStr;

use app::domain::{Invalid, Timestamp};
use serde_json::{Map, Value};

use super::limits;
use crate::desk::BadField;

/// What is wrong with a message.
#[derive(Debug, Default)]
pub(super) struct Complaints(pub Vec<BadField>);

impl Complaints {
    /// Notes that a field breaks its rule.
    pub fn add(&mut self, field: impl Into<String>, rule: impl Into<String>) {
        self.0.push(BadField { field: field.into(), rule: rule.into() });
    }
}

/// The fields of an object at a path; null counts as absent.
#[derive(Debug, Clone)]
pub(super) struct Fields<'a> {
    path: String,
    object: Option<&'a Map<String, Value>>,
}

impl<'a> Fields<'a> {
    /// The message itself.
    pub fn root(object: &'a Map<String, Value>) -> Self {
        Self { path: String::new(), object: Some(object) }
    }

    /// An element of a list.
    pub fn element(path: String, value: &'a Value, complaints: &mut Complaints) -> Self {
        let object = value.as_object();
        if object.is_none() {
            complaints.add(path.clone(), "must be an object");
        }
        Self { path, object }
    }

    /// The path of a field.
    pub fn path(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }

    /// A field that is there and not null.
    pub fn get(&self, name: &str) -> Option<&'a Value> {
        self.object?.get(name).filter(|value| !value.is_null())
    }

    /// Whether the object could be read at all; if not, its fields are not complained about one by one.
    pub fn is_readable(&self) -> bool {
        self.object.is_some()
    }

    /// An object that must be there.
    pub fn object(&self, name: &str, complaints: &mut Complaints) -> Self {
        let object = self.get(name).and_then(Value::as_object);
        if object.is_none() && self.is_readable() {
            complaints.add(self.path(name), "must be an object");
        }
        Self { path: self.path(name), object }
    }

    /// An object that may be there.
    pub fn optional_object(&self, name: &str, complaints: &mut Complaints) -> Option<Self> {
        self.get(name).map(|_| self.object(name, complaints))
    }

    /// A value in a form of its own, that must be there.
    pub fn parsed<T: FromStr<Err = Invalid>>(
        &self,
        name: &str,
        rule: &str,
        complaints: &mut Complaints,
    ) -> Option<T> {
        if !self.is_readable() {
            return None;
        }
        let read = self.get(name).and_then(Value::as_str).and_then(|text| text.parse().ok());
        if read.is_none() {
            complaints.add(self.path(name), rule);
        }
        read
    }

    /// A moment that must be there.
    pub fn moment(&self, name: &str, complaints: &mut Complaints) -> Option<Timestamp> {
        const RULE: &str = "must be a time such as 2026-11-23T08:15:00Z (RFC 3339), from 1970 to 9998";
        let at: Timestamp = self.parsed(name, RULE, complaints)?;
        if limits::YEARS.contains(&at.day(0).0.year) {
            Some(at)
        } else {
            complaints.add(self.path(name), RULE);
            None
        }
    }

    /// A whole number within bounds, that must be there.
    pub fn whole(&self, name: &str, bounds: (i64, i64), complaints: &mut Complaints) -> Option<i64> {
        if !self.is_readable() {
            return None;
        }
        let read = self.get(name).and_then(Value::as_i64).filter(|n| (bounds.0..=bounds.1).contains(n));
        if read.is_none() {
            complaints
                .add(self.path(name), format!("must be a whole number from {} to {}", bounds.0, bounds.1));
        }
        read
    }

    /// A text of 1 to `longest` characters, that must be there. PostgreSQL keeps no U+0000.
    pub fn text(&self, name: &str, longest: usize, complaints: &mut Complaints) -> Option<String> {
        if !self.is_readable() {
            return None;
        }
        let fits = |text: &&str| (1..=longest).contains(&text.chars().count()) && !text.contains('\0');
        let read = self.get(name).and_then(Value::as_str).filter(fits);
        if read.is_none() {
            complaints
                .add(self.path(name), format!("must be a text of 1 to {longest} characters without U+0000"));
        }
        read.map(str::to_owned)
    }

    /// A text that may be there.
    pub fn optional_text(&self, name: &str, longest: usize, complaints: &mut Complaints) -> Option<String> {
        self.get(name).and_then(|_| self.text(name, longest, complaints))
    }

    /// One of a few words.
    pub fn one_of<T: Copy>(
        &self,
        name: &str,
        words: &[(&'static str, T)],
        complaints: &mut Complaints,
    ) -> Option<T> {
        if !self.is_readable() {
            return None;
        }
        let given = self.get(name).and_then(Value::as_str);
        let known = words.iter().find(|(word, _)| Some(*word) == given).map(|(_, value)| *value);
        if known.is_none() {
            let words: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            complaints.add(self.path(name), format!("must be one of {}", words.join(", ")));
        }
        known
    }
}
