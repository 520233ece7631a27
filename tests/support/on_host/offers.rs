//! The instance `host` that our own scripts may import: `tests/wast/README.md` lists its members, and
//! `tests/replay/host.js` is the same for JavaScript.

use anyhow::{Context, Result, bail};
use corefuse::host::types::ComponentItem;
use corefuse::host::{LinkerInstance, ResourceAny, ResourceType, StoreContextMut, Val};

/// Numbers of the dropped resources.
type Drops = Vec<u32>;

/// Defines the members that a component asks for.
pub(crate) fn define(host: &mut LinkerInstance<'_, Drops>, items: &[(String, ComponentItem)]) -> Result<()> {
    let resources: Vec<&str> = items
        .iter()
        .filter(|(_, item)| matches!(item, ComponentItem::Resource(_)))
        .map(|(name, _)| &**name)
        .collect();
    for (number, name) in (0..).zip(&resources) {
        host.resource(name, ResourceType::host_dynamic(number), |mut store, rep| {
            store.data_mut().push(rep);
            Ok(())
        })?;
    }
    for (name, item) in items {
        let ComponentItem::ComponentFunc(_) = item else { continue };
        match name.strip_prefix('[').and_then(|name| name.split_once(']')) {
            Some((kind, name)) => {
                let resource = name.split('.').next().unwrap_or(name);
                let number = resources.iter().position(|known| *known == resource);
                let ty = ResourceType::host_dynamic(u32::try_from(number.context("an unknown resource")?)?);
                method(host, &format!("[{kind}]{name}"), ty)?;
            }
            None => behaviour(host, name)?,
        }
    }
    Ok(())
}

/// Constructor, `make` and `get` of a resource that remembers a number.
fn method(host: &mut LinkerInstance<'_, Drops>, name: &str, ty: ResourceType) -> Result<()> {
    if name.starts_with("[method]") {
        return host.func_new(name, |store, _, params, results| {
            let [Val::Resource(this)] = params else { bail!("expected a resource") };
            results[0] = Val::U32(this.host_rep(&store)?.context("a resource of the host has a number")?);
            Ok(())
        });
    }
    host.func_new(name, move |store, _, params, results| {
        let [Val::U32(value)] = params else { bail!("expected a number") };
        results[0] = Val::Resource(ResourceAny::new_host(store, ty, *value)?);
        Ok(())
    })
}

/// A function that does what its name says.
fn behaviour(host: &mut LinkerInstance<'_, Drops>, name: &str) -> Result<()> {
    type Body = fn(StoreContextMut<'_, Drops>, &[Val]) -> Result<Option<Val>>;
    let body: Body = match name {
        "drops" => |mut store, _| Ok(Some(Val::List(store.data_mut().drain(..).map(Val::U32).collect()))),
        name if name.starts_with("echo") => |_, params| match params {
            [value] => Ok(Some(value.clone())),
            values => Ok(Some(Val::Tuple(values.to_vec()))),
        },
        name if name.starts_with("throw") => |_, _| bail!("the host threw"),
        name if name.starts_with("fail") => |_, params| match params {
            [value] => Ok(Some(Val::Result(Err(Some(Box::new(value.clone())))))),
            _ => bail!("a function that fails has one parameter"),
        },
        name if name.starts_with("lie") => |_, _| Ok(Some(Val::Enum("no value of any type".to_owned()))),
        name if name.starts_with("ignore") => |_, _| Ok(None),
        _ => return Ok(()),
    };
    host.func_new(name, move |store, _, params, results| {
        if let (Some(value), [slot]) = (body(store, params)?, results) {
            *slot = value;
        }
        Ok(())
    })
}
