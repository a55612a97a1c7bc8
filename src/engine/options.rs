//! How a run works: what is cleaned again, whether it writes, which sources it polls.

use crate::fetch::Render;

/// How a run works.
#[derive(Clone, Copy, Debug, Default)]
pub struct EngineOptions {
    /// What is cleaned again.
    pub again: Again,
    /// Whether it writes.
    pub mode: Mode,
    /// Whether diffs are computed.
    pub diff: Diff,
    /// Whether what cleaning again changes is counted.
    pub survey: Survey,
    /// Whether the pages waiting in the queue are fetched.
    pub queue: QueueUse,
    /// Which sources are polled.
    pub poll: PollScope,
    /// Whether URLs that belong to no configured source are opened in a browser.
    pub render: Render,
}

/// What is cleaned again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Again {
    /// What changed: the file, or anything that shapes clean text.
    #[default]
    Changed,
    /// Everything.
    All,
}

/// Whether a run writes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// It writes.
    #[default]
    Write,
    /// It only reports what it would write.
    DryRun,
}

/// Whether differences from the present clean text are computed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Diff {
    /// They are not.
    #[default]
    None,
    /// As unified diffs.
    Unified,
}

/// Whether a run counts what cleaning documents again changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Survey {
    /// It does not.
    #[default]
    None,
    /// It counts that too.
    Count,
    /// It does nothing else: inputs that are new, have changed or are not cleaned again are passed over.
    Only,
    /// Nothing else, and what the run's own cleaner made is passed over too: it would make the same again.
    OnlyOthers,
}

/// What a run does with the queue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum QueueUse {
    /// It is opened only if an input leads to more URLs; the run's budget does not apply to what the user named.
    #[default]
    WhenNeeded,
    /// The pages waiting in it are fetched too, within the budget.
    All,
}

/// Which sources are polled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PollScope {
    /// Those that are due.
    #[default]
    Due,
    /// All of them.
    All,
}
