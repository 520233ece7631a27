//! Adapters, run: each test links a caller and a callee of its own through a generated adapter on wasmi.

mod harness;
mod scalars;
