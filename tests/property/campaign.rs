//! Many cases, and what came of them.

use crate::case::{Case, Expected};
use crate::draw;
use crate::engine::{self, Engine};
use crate::guest;
use crate::model::Fault;
use crate::rng::Rng;
use crate::runner::Pair;
use std::collections::BTreeMap;

/// Cases for each pair of components, which take longer to build than to run.
const CASES_PER_PAIR: u64 = 20;

/// Which cases to run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Campaign {
    pub(crate) cases: u64,
    /// Where they begin: the seed of the first pair of components.
    pub(crate) seed: u64,
    /// After how many failures to stop.
    pub(crate) failures: u64,
}

/// How many cases were of which kind.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    pub(crate) cases: u64,
    pub(crate) returned: u64,
    pub(crate) unknown: u64,
    pub(crate) faults: BTreeMap<Fault, u64>,
    /// Cases in which the engine is known to differ, and why.
    pub(crate) excused: BTreeMap<&'static str, u64>,
    pub(crate) failures: u64,
}

impl Campaign {
    /// As `COREFUSE_CASES`, `COREFUSE_SEED` and `COREFUSE_FAILURES` say.
    pub(crate) fn from_env() -> Campaign {
        let number = |name: &str, default: u64| match std::env::var(name) {
            Ok(text) => text.parse().unwrap_or_else(|_| panic!("{name} is a number, not {text:?}")),
            Err(_) => default,
        };
        Campaign {
            cases: number("COREFUSE_CASES", 1000),
            seed: number("COREFUSE_SEED", 1),
            failures: number("COREFUSE_FAILURES", 1),
        }
    }

    /// Runs the cases and prints what is wrong.
    pub(crate) fn run(self, engine: &Engine) -> Tally {
        let mut tally = Tally::default();
        for pair in 0..self.cases.div_ceil(CASES_PER_PAIR) {
            let seed = self.seed + pair;
            if let Err(failure) = tally.run_pair(engine, seed) {
                tally.failures += 1;
                eprintln!("COREFUSE_SEED={seed} COREFUSE_CASES=1\n{failure}\n");
                if tally.failures >= self.failures {
                    break;
                }
            }
        }
        tally
    }
}

impl Tally {
    /// Runs the cases of one pair of components up to the first with a difference.
    fn run_pair(&mut self, engine: &Engine, seed: u64) -> Result<(), String> {
        let mut rng = Rng::new(seed);
        let signature = draw::signature(&mut rng);
        let pair = match Pair::build(engine, &signature) {
            Ok(pair) => pair,
            Err(error) => {
                if let Some(excuse) = engine::excuse_for_failure(&signature, &error) {
                    *self.excused.entry(excuse).or_default() += CASES_PER_PAIR;
                    return Ok(());
                }
                return Err(format!("cannot build: {error:#}\n{}", guest::component(&signature)));
            }
        };
        for number in 0..CASES_PER_PAIR {
            let case = Case::draw(&mut rng, &signature);
            self.count(&case);
            let outcome = pair.run(&case).map_err(|error| format!("cannot run case {number}: {error:#}"))?;
            let differences = case.differences(&outcome);
            if differences.is_empty() {
                continue;
            }
            if let Some(excuse) = engine::excuse_for_outcome(&case, &outcome) {
                *self.excused.entry(excuse).or_default() += 1;
                continue;
            }
            return Err(format!(
                "{signature:?}\ncase {number}: caller gives {:x?}, callee gives {:x?}\n{}",
                case.caller.values,
                case.callee.values,
                differences.join("\n")
            ));
        }
        Ok(())
    }

    fn count(&mut self, case: &Case) {
        self.cases += 1;
        match case.expected {
            Expected::Returns(_) => self.returned += 1,
            Expected::Unknown => self.unknown += 1,
            Expected::Traps { fault, .. } => *self.faults.entry(fault).or_default() += 1,
        }
    }
}
