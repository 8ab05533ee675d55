//! The cards of a column that are in the page, drawn from text. What stands where it should is not touched: an element
//! that is replaced under a pressed button takes the press with it, and one that is moved loses its focus.

use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlTemplateElement, Node};

use crate::{
    components::{card::ATTRIBUTES, window::rising},
    projection::Slot,
};

/// One card in the page.
pub struct Drawn {
    /// Whose.
    pub slot: Slot,
    /// Its element.
    pub item: HtmlElement,
    /// As it was written last; empty when the server wrote it.
    html: String,
}

/// The cards of one list, in its order.
pub struct Cards {
    list: HtmlElement,
    /// What is there.
    pub drawn: Vec<Drawn>,
    /// Some keep a height under a hand.
    kept: bool,
}

/// A card under a hand gets no lower than it was: those below it would move up.
const HEIGHT: &str = "min-block-size";

impl Cards {
    /// Takes over what the server has written. A list that is not what it should be is emptied.
    pub fn adopt(list: HtmlElement, slots: &[Slot]) -> Self {
        let mut items = Vec::with_capacity(slots.len());
        let mut next = list.first_element_child();
        while let Some(item) = next {
            next = item.next_element_sibling();
            items.extend(item.dyn_into::<HtmlElement>());
        }
        if items.len() != slots.len() {
            list.set_inner_html("");
            items.clear();
        }
        let drawn =
            slots.iter().zip(items).map(|(slot, item)| Drawn { slot: *slot, item, html: String::new() });
        Self { drawn: drawn.collect(), list, kept: false }
    }

    /// The element of an order.
    pub fn item(&self, slot: Slot) -> Option<&HtmlElement> {
        self.drawn.iter().find(|drawn| drawn.slot == slot).map(|drawn| &drawn.item)
    }

    /// Brings the page to these cards, in this order. What is missing is written by `write`.
    pub fn show(&mut self, wanted: &[Slot], write: impl Fn(Slot) -> String) {
        let places = |drawn: &Drawn| wanted.iter().position(|slot| *slot == drawn.slot);
        let mut stays = rising(&self.drawn.iter().map(places).collect::<Vec<_>>()).into_iter();
        let mut staying = std::mem::take(&mut self.drawn);
        staying.retain(|drawn| {
            let stays = stays.next().unwrap_or_default();
            if !stays {
                drawn.item.remove();
            }
            stays
        });
        let mut staying = staying.into_iter().peekable();
        let mut missing = Vec::new();
        for slot in wanted {
            match staying.next_if(|drawn| drawn.slot == *slot) {
                Some(drawn) => {
                    self.fill(&mut missing, Some(&drawn.item));
                    self.drawn.push(drawn);
                }
                None => missing.push((*slot, write(*slot))),
            }
        }
        self.fill(&mut missing, None);
    }

    /// Puts what is missing before this element, or at the end, in one go.
    fn fill(&mut self, missing: &mut Vec<(Slot, String)>, before: Option<&HtmlElement>) {
        let html: String = missing.iter().map(|(_, html)| html.as_str()).collect();
        // Well-formed text can always be put there.
        let _ = match before {
            Some(next) => next.insert_adjacent_html("beforebegin", &html),
            None => self.list.insert_adjacent_html("beforeend", &html),
        };
        let mut last = match before {
            Some(next) => next.previous_element_sibling(),
            None => self.list.last_element_child(),
        };
        let start = self.drawn.len();
        for (slot, html) in missing.drain(..).rev() {
            let Some(item) = last else { break };
            last = item.previous_element_sibling();
            if let Ok(item) = item.dyn_into() {
                self.drawn.insert(start, Drawn { slot, item, html });
            }
        }
    }

    /// An order as it has to be drawn again: `None` when it is not there or looks as it did.
    pub fn differing(&self, slot: Slot, write: impl Fn(Slot) -> String) -> Option<String> {
        let drawn = self.drawn.iter().find(|drawn| drawn.slot == slot)?;
        Some(write(slot)).filter(|html| drawn.html != *html)
    }

    /// Draws an order again, if it is there. Under a `hand`, which is on the card at this place of the page, it takes no
    /// less room than before.
    pub fn again(&mut self, slot: Slot, hand: Option<usize>, html: String) {
        let Some(at) = self.drawn.iter().position(|drawn| drawn.slot == slot) else { return };
        let drawn = &mut self.drawn[at];
        if let Some(hand) = hand {
            self.kept = true;
            keep(&drawn.item, drawn.item.get_bounding_client_rect().height(), at < hand);
        }
        if let Some(new) = parsed(&html) {
            for name in ATTRIBUTES {
                copy(name, &drawn.item, &new);
            }
            change(&drawn.item, &new);
        }
        drawn.html = html;
    }

    /// Every card takes no less room from now on than it does. The hand is on the one at this place of the page.
    pub fn keep_heights(&mut self, hand: usize) {
        self.kept = true;
        // All are measured before any is changed: else each would be laid out for itself.
        let height = |drawn: &Drawn| drawn.item.get_bounding_client_rect().height();
        let heights: Vec<f64> = self.drawn.iter().map(height).collect();
        for (at, (drawn, height)) in self.drawn.iter().zip(heights).enumerate() {
            keep(&drawn.item, height, at < hand);
        }
    }

    /// The hand has gone: every card is as high as what is on it. Whether any kept its height until now.
    pub fn let_go(&mut self) -> bool {
        let kept = std::mem::take(&mut self.kept);
        for drawn in self.drawn.iter().filter(|_| kept) {
            // One that is not there need not be removed.
            let _ = drawn.item.style().remove_property(HEIGHT);
        }
        kept
    }
}

/// The first height under a hand counts: later ones hold what was told meanwhile. `above` the hand each counts, for what
/// gets lower there takes the hand's card up.
fn keep(item: &HtmlElement, height: f64, above: bool) {
    let style = item.style();
    if above || style.get_property_value(HEIGHT).is_ok_and(|known| known.is_empty()) {
        // A length can always be set.
        let _ = style.set_property(HEIGHT, &format!("{height:.2}px"));
    }
}

fn parsed(html: &str) -> Option<Element> {
    let template: HtmlTemplateElement = document().create_element("template").ok()?.dyn_into().ok()?;
    template.set_inner_html(html);
    template.content().first_element_child()
}

fn copy(name: &str, old: &Element, new: &Element) {
    let value = new.get_attribute(name);
    if old.get_attribute(name) != value {
        // An attribute of a name that was parsed can always be set.
        let _ = match value {
            Some(value) => old.set_attribute(name, &value),
            None => old.remove_attribute(name),
        };
    }
}

/// Makes the content of `old` that of `new`, and touches only what differs.
fn change(old: &Node, new: &Node) {
    let (mut here, mut there) = (old.first_child(), new.first_child());
    loop {
        let next = (here.as_ref().and_then(Node::next_sibling), there.as_ref().and_then(Node::next_sibling));
        // What is a child of one of them can be put, replaced and removed.
        let _ = match (here, there) {
            (Some(a), Some(b)) if a.is_equal_node(Some(&b)) => Ok(a),
            (Some(a), Some(b)) if a.node_name() == b.node_name() => {
                match (a.dyn_ref::<Element>(), b.dyn_ref::<Element>()) {
                    (Some(old), Some(new)) => {
                        let names = old.get_attribute_names().concat(&new.get_attribute_names());
                        for name in names.iter().filter_map(|name| name.as_string()) {
                            copy(&name, old, new);
                        }
                        change(old, new);
                    }
                    _ => a.set_node_value(b.node_value().as_deref()),
                }
                Ok(a)
            }
            (Some(a), Some(b)) => old.replace_child(&b, &a),
            (Some(a), None) => old.remove_child(&a),
            (None, Some(b)) => old.append_child(&b),
            (None, None) => return,
        };
        (here, there) = next;
    }
}
