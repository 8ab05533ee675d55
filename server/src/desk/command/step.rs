//! What makes the six commands different. Which status follows which is the domain's table.

use app::domain::{Command, Status, command::comes_from};

/// A command's way through the statuses, and who hears of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Step {
    /// The status it comes from.
    pub from: Status,
    /// The status it leads to.
    pub to: Status,
    /// The routing key of the news, by which those who listen to the exchange `mes` choose.
    pub routing_key: &'static str,
}

impl Step {
    /// Of a command; every command has one.
    pub fn of(command: Command) -> Option<Self> {
        let from = comes_from(command)?;
        Some(Self { from, to: from.after(command)?, routing_key: routing_key(command) })
    }
}

/// Taking an order is starting it, and assigns it; a release takes it from its operator; everything else leaves it
/// with whom it is.
const fn routing_key(command: Command) -> &'static str {
    match command {
        Command::Take => "order.started",
        Command::Complete => "order.completed",
        Command::Pack => "order.packaging",
        Command::Ship => "order.shipped",
        Command::Release => "order.released",
        Command::Rework => "order.reworked",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_has_a_step_and_news_of_its_own() {
        let keys: std::collections::HashSet<_> =
            Command::ALL.into_iter().filter_map(Step::of).map(|step| step.routing_key).collect();
        assert_eq!(keys.len(), Command::ALL.len());
    }
}
