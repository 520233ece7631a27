//! Many cases, and what came of them.

use crate::case::{Case, Expected};
use crate::channel::Channel;
use crate::compare::Outcome;
use crate::draw::Signature;
use crate::guest;
use crate::model::Fault;
use crate::rng::Rng;
use std::collections::BTreeMap;
use std::fmt::Debug;

/// Cases for each pair of components, which take longer to build than to run.
const CASES_PER_PAIR: u64 = 20;

/// What a pair of components is made for, and what cases are about.
pub(crate) trait Subject: Debug {
    /// The components in text form.
    fn component(&self) -> String;

    fn has_handles(&self) -> bool;

    fn case(&self, rng: &mut Rng) -> Case;
}

impl Subject for Signature {
    fn component(&self) -> String {
        guest::component(self)
    }

    fn has_handles(&self) -> bool {
        self.has_handles
    }

    fn case(&self, rng: &mut Rng) -> Case {
        Case::call(rng, self)
    }
}

impl Subject for Channel {
    fn component(&self) -> String {
        guest::channel_component(self)
    }

    fn has_handles(&self) -> bool {
        self.has_handles
    }

    fn case(&self, rng: &mut Rng) -> Case {
        Case::channel(rng, self)
    }
}

/// What runs cases.
pub(crate) trait Runner<S: Subject> {
    /// Components, ready for many cases.
    type Pair;

    fn build(&mut self, subject: &S) -> Result<Self::Pair, NotBuilt>;

    /// # Errors
    /// If the case could not be run, which is no outcome.
    fn run(&mut self, pair: &Self::Pair, case: &Case) -> Result<Outcome, String>;

    /// Why an outcome differs from the model's, if that is known and tolerated.
    fn excuse(&self, case: &Case, outcome: &Outcome) -> Option<&'static str>;
}

/// Why components cannot be built.
pub(crate) enum NotBuilt {
    /// For a reason that is known and tolerated.
    Excused(&'static str),
    Failed(String),
}

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
    pub(crate) fn run<S: Subject>(self, runner: &mut impl Runner<S>, draw: fn(&mut Rng) -> S) -> Tally {
        let mut tally = Tally::default();
        for pair in 0..self.cases.div_ceil(CASES_PER_PAIR) {
            let seed = self.seed + pair;
            if let Err(failure) = tally.run_pair(runner, draw, seed) {
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
    fn run_pair<S: Subject>(
        &mut self,
        runner: &mut impl Runner<S>,
        draw: fn(&mut Rng) -> S,
        seed: u64,
    ) -> Result<(), String> {
        let mut rng = Rng::new(seed);
        let subject = draw(&mut rng);
        let pair = match runner.build(&subject) {
            Ok(pair) => pair,
            Err(NotBuilt::Excused(excuse)) => {
                *self.excused.entry(excuse).or_default() += CASES_PER_PAIR;
                return Ok(());
            }
            Err(NotBuilt::Failed(error)) => {
                return Err(format!("cannot build: {error}\n{}", subject.component()));
            }
        };
        for number in 0..CASES_PER_PAIR {
            let case = subject.case(&mut rng);
            self.count(&case);
            let outcome =
                runner.run(&pair, &case).map_err(|error| format!("cannot run case {number}: {error}"))?;
            let differences = case.differences(&outcome);
            if differences.is_empty() {
                continue;
            }
            if let Some(excuse) = runner.excuse(&case, &outcome) {
                *self.excused.entry(excuse).or_default() += 1;
                continue;
            }
            return Err(format!(
                "{subject:?}\ncase {number}: caller gives {:x?}, callee gives {:x?}\n{}",
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
