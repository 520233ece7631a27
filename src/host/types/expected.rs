//! Checks that a component's type is the one that a Rust type was declared for; for the code that macros write.

use super::Type;
use anyhow::{Result, bail, ensure};

/// How [`ComponentType::typecheck`](crate::host::ComponentType::typecheck) looks to macros.
#[doc(hidden)]
pub type Typecheck = fn(&Type) -> Result<()>;

impl Type {
    /// Checks that this is a record with exactly these fields in this order.
    #[doc(hidden)]
    pub fn check_record(&self, fields: &[(&str, Typecheck)]) -> Result<()> {
        let Type::Record(record) = self else { bail!("expected `{}`, found `record`", self.desc()) };
        let found = record.fields();
        ensure!(found.len() == fields.len(), "expected {} fields, found {}", found.len(), fields.len());
        for (field, &(name, typecheck)) in found.zip(fields) {
            ensure!(field.name == name, "expected field `{}`, found `{name}`", field.name);
            typecheck(&field.ty)?;
        }
        Ok(())
    }

    /// Checks that this is a variant with exactly these cases in this order.
    #[doc(hidden)]
    pub fn check_variant(&self, cases: &[(&str, Option<Typecheck>)]) -> Result<()> {
        let Type::Variant(variant) = self else { bail!("expected `{}`, found `variant`", self.desc()) };
        let found = variant.cases();
        ensure!(found.len() == cases.len(), "expected {} cases, found {}", found.len(), cases.len());
        for (case, &(name, typecheck)) in found.zip(cases) {
            ensure!(case.name == name, "expected case `{}`, found `{name}`", case.name);
            match (&case.ty, typecheck) {
                (Some(ty), Some(typecheck)) => typecheck(ty)?,
                (None, None) => {}
                (Some(_), None) => bail!("expected a payload of case `{name}`, found none"),
                (None, Some(_)) => bail!("expected no payload of case `{name}`, found one"),
            }
        }
        Ok(())
    }

    /// Checks that this is an enum with exactly these cases in this order.
    #[doc(hidden)]
    pub fn check_enum(&self, names: &[&str]) -> Result<()> {
        let Type::Enum(found) = self else { bail!("expected `{}`, found `enum`", self.desc()) };
        ensure!(found.names().eq(names.iter().copied()), "the cases of the enum are not the expected ones");
        Ok(())
    }

    /// Checks that these are flags with exactly these labels in this order.
    #[doc(hidden)]
    pub fn check_flags(&self, names: &[&str]) -> Result<()> {
        let Type::Flags(found) = self else { bail!("expected `{}`, found `flags`", self.desc()) };
        ensure!(found.names().eq(names.iter().copied()), "the labels of the flags are not the expected ones");
        Ok(())
    }
}
