//! Which functions of a core module call which, as far as its code says it: who calls each function directly, who
//! calls whatever a reference leads to, and of which functions there are references.
//!
//! Read once for each module and in one pass, backwards: the question is always who can get to some function.

use wasmparser::{
    ConstExpr, ElementItems, ExternalKind, FunctionBody, Operator, Parser, Payload, Result, TableInit,
    TypeRef,
};

/// Index of a function in a module's index space, in which imports come first.
pub(super) type Function = u32;

/// What an instruction calls.
pub(super) enum Call {
    Direct(Function),
    /// Whatever a reference leads to, through a table or not.
    ByReference,
}

impl Call {
    /// The call that an instruction is, if it is one.
    pub(super) fn of(operator: &Operator<'_>) -> Option<Call> {
        match *operator {
            Operator::Call { function_index } | Operator::ReturnCall { function_index } => {
                Some(Call::Direct(function_index))
            }
            Operator::CallIndirect { .. }
            | Operator::ReturnCallIndirect { .. }
            | Operator::CallRef { .. }
            | Operator::ReturnCallRef { .. } => Some(Call::ByReference),
            // No other instruction leads to another function: the validator accepts no stack switching.
            _ => None,
        }
    }
}

/// The calls in a core module.
#[derive(Debug, Default)]
pub(super) struct ModuleCalls<'a> {
    /// By function.
    functions: Vec<Callee<'a>>,
    /// Functions that call by reference: through tables or not.
    pub(super) by_reference: Vec<Function>,
    /// How many functions are imported.
    imported: u32,
    /// How many bodies were read.
    bodies: u32,
}

/// What is known of a function that is called.
#[derive(Clone, Debug, Default)]
pub(super) struct Callee<'a> {
    /// Functions whose code calls it; some more than once.
    pub(super) callers: Vec<Function>,
    /// Whether there are references to it.
    pub(super) is_referenced: bool,
    /// Its names as an export.
    pub(super) exports: Vec<&'a str>,
}

impl<'a> ModuleCalls<'a> {
    /// Reads a valid module. Time and memory are linear in its size.
    ///
    /// # Errors
    /// Where it is not valid.
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self> {
        let mut calls = ModuleCalls::default();
        for payload in Parser::new(0).parse_all(bytes) {
            calls.section(payload?)?;
        }
        Ok(calls)
    }

    /// How many functions there are, imports included.
    pub(super) fn len(&self) -> usize {
        self.functions.len()
    }

    /// How many functions, calls and exports there are: what it takes to follow all of them.
    pub(super) fn size(&self) -> usize {
        let named = self.functions.iter().map(|callee| callee.callers.len() + callee.exports.len());
        self.functions.len() + self.by_reference.len() + named.sum::<usize>()
    }

    /// What is known of `function`; nothing of one that does not exist.
    pub(super) fn callee(&mut self, function: Function) -> &mut Callee<'a> {
        let index = function as usize;
        if index >= self.functions.len() {
            self.functions.resize_with(index + 1, Callee::default);
        }
        &mut self.functions[index]
    }

    fn section(&mut self, payload: Payload<'a>) -> Result<()> {
        match payload {
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    if matches!(import?.ty, TypeRef::Func(_) | TypeRef::FuncExact(_)) {
                        self.callee(self.imported);
                        self.imported += 1;
                    }
                }
            }
            Payload::TableSection(section) => {
                for table in section {
                    if let TableInit::Expr(expr) = table?.init {
                        self.const_expr(&expr)?;
                    }
                }
            }
            Payload::GlobalSection(section) => {
                for global in section {
                    self.const_expr(&global?.init_expr)?;
                }
            }
            Payload::ExportSection(section) => {
                for export in section {
                    let export = export?;
                    if matches!(export.kind, ExternalKind::Func | ExternalKind::FuncExact) {
                        self.callee(export.index).exports.push(export.name);
                    }
                }
            }
            Payload::ElementSection(section) => {
                for element in section {
                    self.elements(element?.items)?;
                }
            }
            Payload::CodeSectionEntry(body) => {
                let function = self.imported + self.bodies;
                self.bodies += 1;
                self.body(function, &body)?;
            }
            // Nothing else calls or refers to functions.
            _ => {}
        }
        Ok(())
    }

    fn elements(&mut self, items: ElementItems<'_>) -> Result<()> {
        match items {
            ElementItems::Functions(functions) => {
                for function in functions {
                    self.callee(function?).is_referenced = true;
                }
            }
            ElementItems::Expressions(_, exprs) => {
                for expr in exprs {
                    self.const_expr(&expr?)?;
                }
            }
        }
        Ok(())
    }

    fn const_expr(&mut self, expr: &ConstExpr<'_>) -> Result<()> {
        for operator in expr.get_operators_reader() {
            if let Operator::RefFunc { function_index } = operator? {
                self.callee(function_index).is_referenced = true;
            }
        }
        Ok(())
    }

    fn body(&mut self, function: Function, body: &FunctionBody<'_>) -> Result<()> {
        self.callee(function);
        let mut calls_by_reference = false;
        for operator in body.get_operators_reader()? {
            match operator? {
                Operator::RefFunc { function_index } => self.callee(function_index).is_referenced = true,
                operator => match Call::of(&operator) {
                    Some(Call::Direct(callee)) => {
                        let callers = &mut self.callee(callee).callers;
                        if callers.last() != Some(&function) {
                            callers.push(function);
                        }
                    }
                    Some(Call::ByReference) => calls_by_reference = true,
                    None => {}
                },
            }
        }
        if calls_by_reference {
            self.by_reference.push(function);
        }
        Ok(())
    }
}
