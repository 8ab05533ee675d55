//! Words of a model that the shop changed under an operator's hands. Only the server writes them.

use super::{Lang, phrases::phrases};

const NBSP: char = '\u{a0}';

phrases! {
    Changed, changed;
    Title: "Модель изменена", "The model was changed";
    Ready: "Заказ уже был в работе, когда магазин прислал другой файл. Сравните две модели.",
        "The order was at the bench already when the shop sent another file. Compare the two models.";
    Pending: "Заказ уже был в работе, когда магазин прислал другой файл. Он ещё проверяется: подтвердить можно, когда он откроется.",
        "The order was at the bench already when the shop sent another file. It is still being checked: it can be confirmed once it opens.";
    Unusable: "Заказ уже был в работе, когда магазин прислал другой файл, и показать его нельзя. Спросите старшего смены, прежде чем продолжать.",
        "The order was at the bench already when the shop sent another file, and it can’t be shown. Ask your supervisor before you go on.";
    Removed: "Заказ уже был в работе, когда магазин убрал из него модель. Спросите старшего смены, прежде чем продолжать.",
        "The order was at the bench already when the shop took the model out of it. Ask your supervisor before you go on.";
    Confirm: "Видел, делаю по новой", "Seen, working to the new one";
    Waits: "Ждёт подтверждения:", "Waits for confirmation by";
    Before: "Было", "Before";
    After: "Стало", "Now";
    Compared: "Чем отличаются модели", "How the models differ";
    What: "Что", "What";
    File: "файл", "file";
    Turn: "Повернуть", "Turn";
    TurnWhich: "прежнюю модель", "the model before";
    Confirmed: "Записано: вы видели новую модель и делаете по ней.", "Noted: you have seen the new model and work to it.";
    MovedOn: "Заказ уже изменился на другом рабочем месте. Посмотрите, что в нём сейчас.",
        "The order was changed at another bench. Look at it as it is now.";
    NotThisOne: "Эту модель подтвердить нельзя: она ещё проверяется, или её уже заменили. Посмотрите, что в заказе сейчас.",
        "This model can’t be confirmed: it is still being checked, or was replaced already. Look at the order as it is now.";
}

impl Lang {
    /// «1,4 МБ», «12 КБ»: a thousand bytes are a kilobyte.
    #[must_use]
    pub fn file_size(self, bytes: u64) -> String {
        let kilobytes = bytes.div_ceil(1000);
        if kilobytes < 1000 {
            return format!("{kilobytes}{NBSP}{}", self.one_of("КБ", "KB"));
        }
        let tenths = (kilobytes + 50) / 100;
        let megabytes = self.decimal(&format!("{}.{}", tenths / 10, tenths % 10));
        format!("{megabytes}{NBSP}{}", self.one_of("МБ", "MB"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_s_size_is_written_as_people_read_it() {
        let size = |lang: Lang, bytes| lang.file_size(bytes).replace(NBSP, " ");
        assert_eq!(size(Lang::Ru, 1), "1 КБ");
        assert_eq!(size(Lang::Ru, 12_164), "13 КБ");
        assert_eq!(size(Lang::Ru, 7_340_032), "7,3 МБ");
        assert_eq!(size(Lang::En, 1_000_000), "1.0 MB");
        assert_eq!(size(Lang::En, 67_108_864), "67.1 MB");
    }
}
