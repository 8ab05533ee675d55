//! The checker of histories, and wrong products that it must notice.

#[path = "../floor/mod.rs"]
mod floor;
#[path = "../../examples/chaos/history/mod.rs"]
#[expect(dead_code, reason = "the program uses all of the checker, each test a part")]
mod history;
#[path = "../../examples/chaos/faults/plan.rs"]
#[expect(dead_code, reason = "the program asks more of a fault than what it is")]
mod plan;
#[path = "../../examples/chaos/proxy.rs"]
#[expect(dead_code, reason = "the program uses all of the proxy, each test a part")]
mod proxy;
#[path = "../site/mod.rs"]
#[expect(dead_code, reason = "all of the site is there for the tests of the web, other programs use a part")]
mod site;
#[path = "../workshop/mod.rs"]
mod workshop;

mod checker;
mod day;
mod deck;
mod mutant;
mod mutants;
