//! The board's cache, on real PostgreSQL and Redis: the log, the shelf in Redis, the near board, and what each does when parts break.

#[path = "../floor/mod.rs"]
mod floor;
#[path = "../../examples/chaos/proxy.rs"]
#[expect(dead_code, reason = "the program uses all of the proxy, each test a part")]
mod proxy;

mod addresses;
mod age;
mod ahead;
mod cache;
mod faults;
mod lines;
mod log;
mod promotion;
mod reference;
mod scripts;
mod together;
mod waits;
