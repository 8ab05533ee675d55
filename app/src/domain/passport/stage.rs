//! Stages of an order's way, whose they are, and what its time there is.

/// Who had the order, or was to pass it on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum System {
    /// The online shop, its customers and its price calculation.
    Shop,
    /// The sellers: payment, approval, and what comes after the workshop.
    Crm,
    /// Between two systems: told by one, not yet known to the next.
    Between,
    /// This workshop.
    Mes,
}

impl System {
    /// The name in exports and in marks of the page.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Shop => "shop",
            Self::Crm => "crm",
            Self::Between => "between",
            Self::Mes => "mes",
        }
    }
}

/// What an order's time is spent on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Spent {
    /// In hands that are not ours: the customer designs, the carrier delivers. Neither working nor waiting.
    Outside,
    /// Somebody, or a program, works on it.
    Working,
    /// It lies and waits for somebody to go on.
    Waiting,
    /// It may not go on, for a reason that was told.
    Held,
}

impl Spent {
    /// The name in exports and in marks of the page.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Outside => "outside",
            Self::Working => "working",
            Self::Waiting => "waiting",
            Self::Held => "held",
        }
    }
}

/// A stage of an order's way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Stage {
    /// The customer has begun an order.
    Begun,
    /// The customer's model is there.
    Uploaded,
    /// The price is being calculated.
    Pricing,
    /// Priced; payment and approval are waited for.
    Paying,
    /// A step that only the shop knows the meaning of.
    Elsewhere,
    /// Approved, but the workshop has not heard of it yet.
    Handover,
    /// Free for any operator to take.
    Free,
    /// An operator works on it.
    Bench,
    /// Made, waiting to be packed.
    Made,
    /// Being packed.
    Packing,
    /// With the carrier.
    Delivery,
}

impl Stage {
    /// The stages in which the order is the workshop's, from its approval to the carrier, in their order.
    pub const WORKSHOP: [Self; 5] = [Self::Handover, Self::Free, Self::Bench, Self::Made, Self::Packing];

    /// All of them, in the order of the way.
    pub const ALL: [Self; 11] = [
        Self::Begun,
        Self::Uploaded,
        Self::Pricing,
        Self::Paying,
        Self::Elsewhere,
        Self::Handover,
        Self::Free,
        Self::Bench,
        Self::Made,
        Self::Packing,
        Self::Delivery,
    ];

    /// The name in the database, in exports and in marks of the page.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Begun => "begun",
            Self::Uploaded => "uploaded",
            Self::Pricing => "pricing",
            Self::Paying => "paying",
            Self::Elsewhere => "elsewhere",
            Self::Handover => "handover",
            Self::Free => "free",
            Self::Bench => "bench",
            Self::Made => "made",
            Self::Packing => "packing",
            Self::Delivery => "delivery",
        }
    }

    /// The stage of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.name() == name)
    }

    /// Whose stage it is.
    #[must_use]
    pub const fn system(self) -> System {
        match self {
            Self::Begun | Self::Uploaded | Self::Pricing | Self::Elsewhere => System::Shop,
            Self::Paying | Self::Delivery => System::Crm,
            Self::Handover => System::Between,
            Self::Free | Self::Bench | Self::Made | Self::Packing => System::Mes,
        }
    }

    /// What time there is, while nothing holds the order.
    #[must_use]
    pub const fn spent(self) -> Spent {
        match self {
            Self::Begun | Self::Uploaded | Self::Delivery => Spent::Outside,
            Self::Pricing | Self::Bench | Self::Packing => Spent::Working,
            Self::Paying | Self::Elsewhere | Self::Handover | Self::Free | Self::Made => Spent::Waiting,
        }
    }

    /// Whether the order is the workshop's there: between its approval and the carrier.
    #[must_use]
    pub const fn is_workshop(self) -> bool {
        matches!(self, Self::Handover | Self::Free | Self::Bench | Self::Made | Self::Packing)
    }
}
