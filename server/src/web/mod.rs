//! The web: router, layers, guards.
