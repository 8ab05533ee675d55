//! Parts of pages. What they are given decides what they show; none reads the clock or the address.

#[cfg(feature = "ssr")]
pub mod bar;
pub mod board;
pub mod card;
pub mod column;
pub mod command;
pub mod desk;
pub mod due;
pub mod erase;
#[cfg(feature = "ssr")]
pub mod facts;
pub mod filters;
pub mod history;
pub mod keys;
pub mod live;
#[cfg(feature = "ssr")]
pub mod menu;
#[cfg(feature = "ssr")]
pub mod news;
pub mod notice;
pub mod person;
pub mod picture;
pub mod still;
#[cfg(feature = "ssr")]
pub mod viewer;
