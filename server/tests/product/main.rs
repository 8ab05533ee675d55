//! The program and its source as a whole: commands, migrations, and the shape of the code.

#[path = "../floor/mod.rs"]
mod floor;
#[path = "../workshop/mod.rs"]
mod workshop;

mod collector;
mod doctor;
mod layout;
mod recording;
mod seed;
mod statements;
