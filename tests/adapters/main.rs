//! Adapters, run: each test links a caller and a callee of its own through a generated adapter on wasmi.

mod around;
mod handles;
mod harness;
mod large;
mod scalars;
