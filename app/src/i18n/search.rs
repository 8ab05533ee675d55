//! What the search looks at: what a card says, in whichever language somebody reads it.

use super::Lang;
use crate::domain::Card;

impl Card {
    /// Everything the search looks at, in lower case: number, title, material, operator, and the comment as boards are told
    /// it. The material is there as the shop names it, which is how English says it too, and as a Russian card shows it.
    #[must_use]
    pub fn searched_text(&self) -> String {
        let operator = self.operator.as_ref().map_or("", |o| o.name.as_str());
        let comment = self.told_comment().unwrap_or_default();
        let shown = Lang::Ru.material(&self.material);
        [self.number.as_str(), &self.title, &self.material, &shown, operator, &comment]
            .join("\n")
            .to_lowercase()
    }
}

#[cfg(test)]
mod tests {
    use crate::samples;

    #[test]
    fn a_material_is_found_by_the_words_that_its_card_shows() {
        let mut card = samples::card(1);
        card.material = "gold-585-rose".to_owned();
        let text = card.searched_text();
        for word in ["золото", "585", "розовое", "gold", "rose"] {
            assert!(text.contains(word), "{word}");
        }
        assert!(!text.contains("серебро"));
    }
}
