//! Names from a component's name section. They only make messages readable, so a malformed section is ignored.

use super::{FuncIndex, InstanceIndex};
use crate::id::Id;
use std::collections::HashMap;
use wasmparser::{ComponentName, ComponentNameSectionReader, NameMap};

/// Names of a component body and of what is in it.
#[derive(Debug, Default)]
pub struct Names<'a> {
    /// Name of the component itself.
    pub component: Option<&'a str>,
    /// Names of component instances.
    pub instances: HashMap<InstanceIndex, &'a str>,
    /// Names of component functions.
    pub funcs: HashMap<FuncIndex, &'a str>,
}

impl<'a> Names<'a> {
    /// Adds the names of a name section, as far as it can be read.
    pub(super) fn add(&mut self, section: ComponentNameSectionReader<'a>) {
        for names in section {
            match names {
                Ok(ComponentName::Component { name, .. }) => self.component = Some(name),
                Ok(ComponentName::Instances(map)) => add_map(&mut self.instances, map),
                Ok(ComponentName::Funcs(map)) => add_map(&mut self.funcs, map),
                // Names of other sorts appear in no message.
                Ok(_) => {}
                Err(_) => return,
            }
        }
    }
}

fn add_map<'a, I: Id + std::hash::Hash>(names: &mut HashMap<I, &'a str>, map: NameMap<'a>) {
    for naming in map {
        let Ok(naming) = naming else { return };
        names.insert(I::from_index(naming.index as usize), naming.name);
    }
}
