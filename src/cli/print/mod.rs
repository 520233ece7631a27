//! The printed forms of the products of the stages: what `inspect` shows, and what the golden tests compare.
//!
//! Ids are a letter and a number: `m` modules, `c` core instances, `i` component instances, `r` resources, `t`
//! types, `f` function types, `n` imports, `e` exports, `o` options, `x` trampolines, `a` adapters.

pub(super) mod component;
pub(super) mod dfg;
pub(super) mod fused;
pub(super) mod interface;
mod types;
