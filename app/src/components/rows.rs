//! The cards of a column that are in the page. The server renders them as they are; in the browser the window over
//! the column decides which they are, and a card that stays is not moved: what is moved loses its focus.

use leptos::prelude::*;

use super::{board::Board, card::card_view};
use crate::{domain::Status, projection::Slot};

fn card(board: Board, at: usize, slot: Slot) -> impl IntoView + use<> {
    board.row(at, slot).map(|row| card_view(&row, Status::COLUMNS[at], board.light))
}

/// The cards of the first screen.
#[cfg(not(feature = "hydrate"))]
pub fn rows(board: Board, at: usize) -> impl IntoView + use<> {
    board.first(at).into_iter().map(|slot| card(board, at, slot)).collect::<Vec<_>>()
}

/// The cards of the first screen, handed to the window.
#[cfg(feature = "hydrate")]
pub fn rows(board: Board, at: usize) -> impl IntoView + use<> {
    let slots = board.first(at);
    let draw = move |slot| card(board, at, slot);
    browser::Rows { slots, draw, give: move |drawer| crate::browser::window::take_over(board, at, drawer) }
}

#[cfg(feature = "hydrate")]
mod browser {
    use leptos::{
        prelude::*,
        tachys::{
            html::attribute::{Attribute, any_attribute::AnyAttribute},
            hydration::Cursor,
            renderer::{
                CastFrom, Rndr,
                types::{Element, Placeholder},
            },
            view::{Mountable, Position, PositionState, Render, RenderHtml, add_attr::AddAnyAttr},
        },
    };

    use crate::{browser::window::Draw, projection::Slot};

    /// A list of views that is hydrated once and then driven from outside.
    pub struct Rows<F, G> {
        pub slots: Vec<Slot>,
        pub draw: F,
        pub give: G,
    }

    impl<V, F, G> Render for Rows<F, G>
    where
        V: IntoView + 'static,
        F: Fn(Slot) -> V + Send + 'static,
        G: FnOnce(Box<dyn FnMut(Draw<'_>)>) + Send + 'static,
    {
        type State = Placeholder;

        fn build(self) -> Placeholder {
            Rndr::create_placeholder()
        }

        fn rebuild(self, _: &mut Placeholder) {}
    }

    impl<V, F, G> AddAnyAttr for Rows<F, G>
    where
        V: IntoView + 'static,
        F: Fn(Slot) -> V + Send + 'static,
        G: FnOnce(Box<dyn FnMut(Draw<'_>)>) + Send + 'static,
    {
        type Output<A: Attribute> = Self;

        fn add_any_attr<A: Attribute>(self, _: A) -> Self::Output<A> {
            self
        }
    }

    impl<V, F, G> RenderHtml for Rows<F, G>
    where
        V: IntoView + 'static,
        F: Fn(Slot) -> V + Send + 'static,
        G: FnOnce(Box<dyn FnMut(Draw<'_>)>) + Send + 'static,
    {
        type AsyncOutput = ();
        type Owned = Self;

        const MIN_LENGTH: usize = 0;

        fn dry_resolve(&mut self) {}

        async fn resolve(self) {}

        fn to_html_with_buf(self, _: &mut String, _: &mut Position, _: bool, _: bool, _: Vec<AnyAttribute>) {}

        fn hydrate<const FROM_SERVER: bool>(self, cursor: &Cursor, position: &PositionState) -> Placeholder {
            let current = cursor.current();
            let parent = match position.get() {
                Position::FirstChild => Some(current),
                _ => Rndr::get_parent(&current),
            };
            let Self { slots, draw, give } = self;
            let drawn: Vec<_> = slots
                .into_iter()
                .map(|slot| (slot, draw(slot).hydrate::<FROM_SERVER>(cursor, position)))
                .collect();
            let marker = cursor.next_placeholder(position);
            position.set(Position::NextChild);
            if let Some(parent) = parent.and_then(Element::cast_from) {
                let mut drawer = Drawer { parent, marker: marker.clone(), drawn };
                give(Box::new(move |what| match what {
                    Draw::These(slots) => drawer.these(slots, &draw),
                    Draw::Again(slot) => drawer.again(slot, &draw),
                }));
            }
            marker
        }

        fn into_owned(self) -> Self {
            self
        }
    }

    struct Drawer<S> {
        parent: Element,
        marker: Placeholder,
        /// In the order of the page.
        drawn: Vec<(Slot, S)>,
    }

    impl<S: Mountable> Drawer<S> {
        /// Brings the page to these cards, in this order. What stands in its order already is not touched.
        fn these<V: IntoView + Render<State = S>>(&mut self, wanted: &[Slot], draw: &impl Fn(Slot) -> V) {
            self.drawn.retain_mut(|(slot, state)| {
                let stays = wanted.contains(slot);
                if !stays {
                    state.unmount();
                }
                stays
            });
            for (at, slot) in wanted.iter().enumerate() {
                let mut state = match self.drawn[at..].iter().position(|(held, _)| held == slot) {
                    Some(0) => continue,
                    Some(away) => self.drawn.remove(at + away).1,
                    None => draw(*slot).build(),
                };
                match self.drawn.get(at) {
                    Some((_, next)) => {
                        next.insert_before_this(&mut state);
                    }
                    None => state.mount(&self.parent, Some(self.marker.as_ref())),
                }
                self.drawn.insert(at, (*slot, state));
            }
        }

        fn again<V: IntoView + Render<State = S>>(&mut self, slot: Slot, draw: &impl Fn(Slot) -> V) {
            if let Some((_, state)) = self.drawn.iter_mut().find(|(held, _)| *held == slot) {
                draw(slot).rebuild(state);
            }
        }
    }
}
