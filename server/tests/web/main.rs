//! A whole server, seen through its sockets.

#[path = "../floor/mod.rs"]
mod floor;
#[path = "../../examples/chaos/proxy.rs"]
#[expect(dead_code, reason = "the program uses all of the proxy, each test a part")]
mod proxy;
#[path = "../site/mod.rs"]
mod site;
#[path = "../workshop/mod.rs"]
mod workshop;

mod behind;
mod board;
mod broker;
mod cache;
mod cancelled;
mod change_size;
mod changed;
mod commands;
mod figures;
mod files;
mod filters;
mod flow;
mod gauges;
mod guard;
mod live;
mod login;
mod neglected;
mod outage;
mod own_writes;
mod passport;
mod patience;
mod private;
mod promise;
mod radar;
mod real;
mod reconcile;
mod seen;
mod signal;
mod silence;
mod slow;
mod slow_traces;
mod stop;
mod tiles;
mod trace;
mod views;
