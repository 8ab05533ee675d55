//! What many people get alike, and is worked out once.

use std::{
    collections::{HashMap, VecDeque},
    hash::{BuildHasher as _, BuildHasherDefault, DefaultHasher},
    sync::{Mutex, PoisonError},
};

/// By the hash of the bytes that it is made of; the newest of them.
pub struct Once<T> {
    kept: usize,
    made: Mutex<(HashMap<u64, T>, VecDeque<u64>)>,
}

impl<T: Clone> Once<T> {
    /// So many are kept.
    pub fn keeping(kept: usize) -> Self {
        Self { kept, made: Mutex::default() }
    }

    /// What was made of these bytes before, or what is made of them now.
    pub fn of(&self, bytes: &[u8], make: impl FnOnce() -> T) -> T {
        let name = BuildHasherDefault::<DefaultHasher>::default().hash_one(bytes);
        if let Some(known) = self.made.lock().unwrap_or_else(PoisonError::into_inner).0.get(&name) {
            return known.clone();
        }
        // Two may make the same at once; nobody waits for another.
        let made = make();
        let mut all = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if all.0.insert(name, made.clone()).is_none() {
            all.1.push_back(name);
        }
        if all.1.len() > self.kept
            && let Some(oldest) = all.1.pop_front()
        {
            all.0.remove(&oldest);
        }
        made
    }
}
