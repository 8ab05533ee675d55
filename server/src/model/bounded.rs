use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

use serde::de::{Deserialize, Deserializer, IgnoredAny, SeqAccess, Visitor};

use super::ModelRefused;

/// A JSON array of which at most `N` elements are kept. A three-byte `{},` becomes a struct of a hundred bytes or
/// more, so a small file could ask for a lot of memory; here the rest is counted and dropped.
#[derive(Debug)]
pub(super) struct Bounded<T, const N: usize> {
    kept: Vec<T>,
    found: u64,
}

impl<T, const N: usize> Bounded<T, N> {
    /// Refuses an array that was longer than `N`.
    pub fn whole(&self, what: &'static str) -> Result<(), ModelRefused> {
        if self.found > N as u64 {
            return Err(ModelRefused::TooMany { what, actual: self.found, limit: N as u64 });
        }
        Ok(())
    }
}

impl<T, const N: usize> Default for Bounded<T, N> {
    fn default() -> Self {
        Self { kept: Vec::new(), found: 0 }
    }
}

impl<T, const N: usize> Deref for Bounded<T, N> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.kept
    }
}

impl<'de, T: Deserialize<'de>, const N: usize> Deserialize<'de> for Bounded<T, N> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(Elements(PhantomData))
    }
}

struct Elements<T, const N: usize>(PhantomData<T>);

impl<'de, T: Deserialize<'de>, const N: usize> Visitor<'de> for Elements<T, N> {
    type Value = Bounded<T, N>;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut bounded = Bounded::default();
        while bounded.kept.len() < N {
            match seq.next_element()? {
                Some(element) => bounded.kept.push(element),
                None => break,
            }
        }
        bounded.found = bounded.kept.len() as u64;
        if bounded.kept.len() == N {
            while seq.next_element::<IgnoredAny>()?.is_some() {
                bounded.found += 1;
            }
        }
        Ok(bounded)
    }
}
