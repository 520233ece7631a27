//! The shop's till inside a Rust program: `cargo run --example embed`. Prices come from this file, WASI from corefuse.
//!
//! `examples/shop/wit` is the interface. Its types are declared once, with the names they have there; corefuse compares
//! them with the component's when it is linked, so that a mistake is an error before anything runs.

use corefuse::host::wasi::{self, Wasi};
use corefuse::host::{Component, Engine, Instance, Linker, ResourceAny, Result, Store, TypedFunc};

corefuse::record! {
    /// Something in a basket. Money is in cents.
    #[derive(Debug)]
    struct Line {
        "name" => name: String,
        "quantity" => quantity: u32,
        "unit-price" => unit_price: u32,
    }
}

corefuse::variant! {
    /// What to take off the sum.
    enum Discount {
        "none" => None,
        "percent" => Percent(u32),
        "voucher" => Voucher((u32, String)),
    }
}

/// What is in the basket now, or why it is not for sale.
type Added = Result<Line, String>;

/// The till's functions, looked up once.
struct Till {
    new_basket: TypedFunc<(&'static str,), (ResourceAny,)>,
    add: TypedFunc<(ResourceAny, &'static str, u32), (Added,)>,
    receipt: TypedFunc<(ResourceAny, Discount), (String,)>,
}

impl Till {
    fn new(store: &mut Store<Wasi>, component: &Component, instance: &Instance) -> Result<Till> {
        let till = component.get_export_index(None, "corefuse:shop/till@0.1.0");
        let till = till.ok_or_else(|| corefuse::host::Error::msg("the component exports no till"))?;
        let find = |name: &str| {
            let index = component.get_export_index(Some(&till), name);
            index.ok_or_else(|| corefuse::host::Error::msg(format!("the till has no `{name}`")))
        };
        Ok(Till {
            new_basket: instance.get_typed_func(&mut *store, find("[constructor]basket")?)?,
            add: instance.get_typed_func(&mut *store, find("[method]basket.add")?)?,
            receipt: instance.get_typed_func(&mut *store, find("receipt")?)?,
        })
    }
}

fn main() -> Result<()> {
    let engine = Engine::default();
    let shop = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/shop/shop.wasm");
    let component = Component::new(&engine, std::fs::read(shop)?)?;

    let mut linker = Linker::new(&engine);
    wasi::add_to_linker(&mut linker)?;
    linker.root().func_wrap("price-of", |_, (name,): (String,)| {
        let price = match &*name {
            "coffee" => Some(350u32),
            "croissant" => Some(220),
            _ => None,
        };
        Ok((price,))
    })?;

    let mut wasi = Wasi::inherit_stdio();
    wasi.env("SHOP_NAME", "Corner shop");
    let mut store = Store::new(&engine, wasi);
    let instance = linker.instantiate(&mut store, &component)?;
    let till = Till::new(&mut store, &component, &instance)?;

    let (basket,) = till.new_basket.call(&mut store, ("Zoë",))?;
    for (name, quantity) in [("coffee", 2), ("croissant", 3), ("moon dust", 1)] {
        match till.add.call(&mut store, (basket, name, quantity))? {
            (Ok(line),) => println!("added {line:?}"),
            (Err(reason),) => println!("The till says no: {reason}"),
        }
    }
    let discount = Discount::Voucher((150, "birthday".to_owned()));
    println!("\n{}", till.receipt.call(&mut store, (basket, discount))?.0);
    basket.resource_drop(&mut store)
}
