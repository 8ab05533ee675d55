//! What islands do in the browser. One listener for a kind of event on the document, whatever the number of cards.
pub mod board;
pub mod desk;
pub mod wake;
