//! Where an order's time goes: from the steps of its history to segments that follow each other without a hole.
//!
//! The rules, the same for the passport of one order, the flow of all of them and the promise:
//!
//! 1. Time is calendar time. Nights, weekends and holidays count like any other hour: the customer waits through them.
//! 2. A step that another system tells of happened no later than this one heard of it. A clock that is ahead is cut
//!    back to that moment; steps then follow each other by their moments and, at one moment, as they were noted. None
//!    begins before the one before it has begun.
//! 3. A segment lasts from its step to the next one. It is counted in whole seconds, the difference of both moments'
//!    full seconds since 1970, so that segments always add up to the whole way.
//! 4. From the approval to the moment at which the workshop noted it the order lies between the systems; under a second
//!    that is nobody's loss and not told apart.
//! 5. A hold (`ON_HOLD`) leaves the order in its stage and turns its time into held time, until the next step of any
//!    kind; `RESUMED` is the one that changes nothing else.
//! 6. Once the workshop knows an order, only the workshop moves it, except for holds, a cancellation and its closing;
//!    what the shop repeats of the past is no step.
//! 7. The way ends with `SHIPPED` or `CANCELLED`. `CLOSED` after `SHIPPED` ends the carrier's part, which stands apart
//!    from the sums. An order that has not ended goes on until now.
//! 8. A bonus (`BONUS`) and a confirmed model (`MODEL_CONFIRMED`) are on the record and change nothing of the way.
//! 9. Whoever takes an order holds it until a release; others who move it (a supervisor's rework) don't become its
//!    holder.

mod segment;
mod stage;
#[cfg(all(test, feature = "ssr"))]
mod tests;
mod walk;

pub use segment::{End, Segment, Sums, Way};
pub use stage::{Spent, Stage, System};
pub use walk::{BONUS, HOLD, RESUME, Step, walk, walk_entry};
