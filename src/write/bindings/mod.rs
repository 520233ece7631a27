//! Bindings: JavaScript and TypeScript generated for one component.
//!
//! `NAME.js` holds the lift and lower functions of exactly this component's boundary, in which sizes, offsets and
//! conversions are numbers and operators in the source; everything that does not depend on types is imported from the
//! loader. Interpreting types instead costs two to twenty times as much. `NAME.d.ts` says what users see.

mod declarations;
pub mod docs;
mod js;
mod names;
mod source;
mod tree;
mod ts;

use crate::plan::Plan;
use docs::Docs;

/// The text of the generated module, `NAME.js`.
pub fn javascript(plan: &Plan) -> String {
    js::module(plan)
}

/// The text of the declarations of that module, `NAME.d.ts`.
pub fn declarations(plan: &Plan, docs: &Docs) -> String {
    declarations::declarations(plan, docs)
}
