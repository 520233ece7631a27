//! The `canon` section: lifts, lowers, built-ins of resources and context slots, canonical options.

use super::read::Reader;
use super::sections::{flat, index};
use super::{Kind, Options};
use crate::abi::{PointerWidth, StringEncoding};
use crate::error::Feature;
use anyhow::Result;
use wasmparser::component_types::{ComponentAnyTypeId, ResourceId};
use wasmparser::{CanonicalFunction, CanonicalOption, ComponentCanonicalSectionReader, ValType};

impl<'a> Reader<'a> {
    pub(super) fn canonicals(&mut self, section: ComponentCanonicalSectionReader<'a>) -> Result<()> {
        for item in section.into_iter_with_offsets() {
            let (offset, func) = item?;
            let kind = self.canonical(func, offset)?;
            self.define(offset, kind);
        }
        Ok(())
    }

    fn canonical(&self, func: CanonicalFunction, offset: u64) -> Result<Kind<'a>> {
        Ok(match func {
            CanonicalFunction::Lift { core_func_index, type_index, options } => {
                let ComponentAnyTypeId::Func(ty) = self.types().component_any_type_at(type_index) else {
                    return self.unsupported(Feature::Unknown, "type of a lift", offset);
                };
                Kind::Lift { func: index(core_func_index), ty, options: self.options(&options, offset)? }
            }
            CanonicalFunction::Lower { func_index, options } => {
                Kind::Lower { func: index(func_index), options: self.options(&options, offset)? }
            }
            CanonicalFunction::ResourceNew { resource } => {
                Kind::ResourceNew(self.resource(resource, offset)?)
            }
            CanonicalFunction::ResourceRep { resource } => {
                Kind::ResourceRep(self.resource(resource, offset)?)
            }
            CanonicalFunction::ResourceDrop { resource } => {
                Kind::ResourceDrop(self.resource(resource, offset)?)
            }
            CanonicalFunction::ContextGet { ty, slot } => self.context(ty, slot, offset, true)?,
            CanonicalFunction::ContextSet { ty, slot } => self.context(ty, slot, offset, false)?,
            other => self.built_in(&other, offset)?,
        })
    }

    fn context(&self, ty: ValType, slot: u32, offset: u64, get: bool) -> Result<Kind<'a>> {
        let Some(ty) = flat(ty) else {
            return self.unsupported(Feature::Unknown, "type of a context slot", offset);
        };
        Ok(if get { Kind::ContextGet { ty, slot } } else { Kind::ContextSet { ty, slot } })
    }

    fn resource(&self, raw: u32, offset: u64) -> Result<ResourceId> {
        match self.types().component_any_type_at(raw) {
            ComponentAnyTypeId::Resource(id) => Ok(id.resource()),
            _ => self.unsupported(Feature::Unknown, "type of a resource built-in", offset),
        }
    }

    pub(super) fn options(&self, list: &[CanonicalOption], offset: u64) -> Result<Options> {
        let mut options = Options::default();
        for option in list {
            match *option {
                CanonicalOption::UTF8 => options.encoding = StringEncoding::Utf8,
                CanonicalOption::UTF16 => options.encoding = StringEncoding::Utf16,
                CanonicalOption::CompactUTF16 => options.encoding = StringEncoding::CompactUtf16,
                CanonicalOption::Memory(memory) => {
                    if self.types().memory_at(memory).memory64 {
                        options.pointer = PointerWidth::W64;
                    }
                    options.memory = Some(index(memory));
                }
                CanonicalOption::Realloc(func) => options.realloc = Some(index(func)),
                CanonicalOption::PostReturn(func) => options.post_return = Some(index(func)),
                CanonicalOption::Async => options.is_async = true,
                CanonicalOption::Callback(func) => options.callback = Some(index(func)),
                CanonicalOption::CoreType(_) => return self.unsupported(Feature::Gc, "core-type", offset),
                CanonicalOption::Gc => return self.unsupported(Feature::Gc, "gc", offset),
            }
        }
        Ok(options)
    }
}
