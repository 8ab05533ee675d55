//! Names of what the domain knows: statuses, commands, roles, orders of sorting.

use super::{Lang, Word};
use crate::domain::{Command, ModelState, Role, Sort, Status};

impl Lang {
    /// A status; for those on the board, the title of its column.
    #[must_use]
    pub const fn status(self, status: Status) -> &'static str {
        self.t(match status {
            Status::Approved => Word::ColumnApproved,
            Status::Started => Word::ColumnStarted,
            Status::Completed => Word::ColumnCompleted,
            Status::Packaging => Word::ColumnPackaging,
            Status::Shipped => Word::StatusShipped,
            Status::Cancelled => Word::StatusCancelled,
        })
    }

    /// Where one order stands.
    #[must_use]
    pub const fn stage(self, status: Status) -> &'static str {
        match status {
            Status::Approved => self.one_of("Новый", "New"),
            Status::Completed => self.one_of("Изготовлен", "Made"),
            other => self.status(other),
        }
    }

    /// A step of the history by the name that its system gave it; unknown names stay as they are.
    /// `back` for one that was taken with a reason.
    #[must_use]
    pub fn step(self, wire: &str, back: bool) -> &str {
        let word = match wire {
            "MANUFACTURING_APPROVED" if back => return self.one_of("Возвращён в свободные", "Given back"),
            "MANUFACTURING_STARTED" if back => return self.one_of("На доработке", "Back at the bench"),
            "INITIATED" => Word::StatusInitiated,
            "FILE_UPLOADED" => Word::StatusUploaded,
            "SUBMITTED" => Word::StatusSubmitted,
            "PRICE_CALCULATED" => Word::StatusPriced,
            "CLOSED" => Word::StatusClosed,
            "ON_HOLD" => return self.one_of("Отложен", "Put on hold"),
            "BONUS" => return self.one_of("Надбавка", "Bonus"),
            "MODEL_CONFIRMED" => return self.one_of("Новая модель принята", "New model confirmed"),
            "RESUMED" => return self.one_of("Снова в пути", "Goes on again"),
            "MANUFACTURING_APPROVED" => return self.one_of("Оплачен и одобрен", "Paid and approved"),
            "MANUFACTURING_STARTED" => return self.one_of("Взят в работу", "Taken"),
            "MANUFACTURING_COMPLETED" => return self.one_of("Изготовлен", "Made"),
            "PACKAGING" => return self.one_of("Передан в упаковку", "To packing"),
            other => return other.parse().map_or(wire, |status| self.stage(status)),
        };
        self.t(word)
    }

    /// What a button with this command says.
    #[must_use]
    pub const fn command(self, command: Command) -> &'static str {
        self.t(match command {
            Command::Take => Word::Take,
            Command::Complete => Word::Complete,
            Command::Pack => Word::Pack,
            Command::Ship => Word::Ship,
            Command::Release => Word::Release,
            Command::Rework => Word::Rework,
        })
    }

    /// What a person is here.
    #[must_use]
    pub const fn role(self, role: Role) -> &'static str {
        self.t(match role {
            Role::Operator => Word::RoleOperator,
            Role::Supervisor => Word::RoleSupervisor,
            Role::Admin => Word::RoleAdmin,
        })
    }

    /// The order of the cards.
    #[must_use]
    pub const fn sort(self, sort: Sort) -> &'static str {
        self.t(match sort {
            Sort::Newest => Word::SortNewest,
            Sort::Due => Word::SortDue,
            Sort::Pay => Word::SortPay,
        })
    }

    /// Why there is no model to turn; nothing when there is one.
    #[must_use]
    pub const fn model_state(self, state: ModelState) -> Option<&'static str> {
        Some(self.t(match state {
            ModelState::Ready => return None,
            ModelState::None => Word::ModelNone,
            ModelState::Pending => Word::ModelPending,
            ModelState::Missing => Word::ModelMissing,
            ModelState::Refused => Word::ModelRefused,
            ModelState::Mismatch => Word::ModelMismatch,
        }))
    }

    /// What an empty column says.
    #[must_use]
    pub const fn empty(self, status: Status) -> &'static str {
        self.t(match status {
            Status::Approved => Word::EmptyApproved,
            Status::Started => Word::EmptyStarted,
            Status::Completed => Word::EmptyCompleted,
            _ => Word::EmptyPackaging,
        })
    }

    pub(super) const fn one_of(self, ru: &'static str, en: &'static str) -> &'static str {
        match self {
            Self::Ru => ru,
            Self::En => en,
        }
    }
}
