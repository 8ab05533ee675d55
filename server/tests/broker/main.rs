//! What comes in from RabbitMQ and goes out to it, on a real one.

#[path = "../floor/mod.rs"]
mod floor;
#[path = "../rabbit/mod.rs"]
mod rabbit;
#[path = "../site/mod.rs"]
#[expect(dead_code, reason = "all of the site is there for the tests of the web, other programs use a part")]
mod site;
#[path = "../workshop/mod.rs"]
mod workshop;

mod back;
mod bounds;
mod doors;
mod intake;
mod letters;
mod news;
mod radar;
mod relay;
mod restart;
mod slice;
mod strangers;
mod trace;
