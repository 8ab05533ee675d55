//! Models: fetched and checked once after the order's message, served by their hash, listed for the worker.

mod fetch;
mod inspect;
mod manifest;
mod serve;
mod study;
