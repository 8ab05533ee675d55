//! What the scripts in Redis do with what arrives (`server/src/board/scripts`), and what wrong designs would do.

use super::{
    design::Design,
    world::{Board, Event, KEPT, Revision, Shelf},
};

impl Shelf {
    pub fn apply(&mut self, design: Design, epoch: u8, from: u8, events: &[Event]) {
        let expected = Some((epoch, from));
        let fits = match (design, self.mark) {
            (Design::NoFence, Some(_)) => true,
            (Design::ColdIsEmpty, None) => true,
            (_, mark) => mark == expected,
        };
        if !fits {
            return;
        }
        for event in events {
            self.board[usize::from(event.order)] = event.actual.then_some(event.write);
            self.mark = Some((epoch, event.rev));
            self.publish((epoch, event.rev), Some(*event));
        }
    }

    pub fn install(&mut self, design: Design, at: Revision, board: &Board) {
        if design != Design::InstallsOlder && self.mark.is_some_and(|mark| mark > at) {
            return;
        }
        let same = self.mark == Some(at) && self.board == *board;
        (self.mark, self.board) = (Some(at), *board);
        if !same {
            self.publish(at, None);
        }
    }

    /// An id not above the newest is refused, and the stream begins anew.
    fn publish(&mut self, at: Revision, event: Option<Event>) {
        let refused = self.stream.last().is_some_and(|(last, _)| match event {
            Some(_) => *last >= at,
            None => *last > at,
        });
        if refused {
            self.stream.clear();
        }
        self.stream.push((at, event));
        if self.stream.len() > KEPT {
            self.stream.remove(0);
        }
    }

    /// For designs without a log: one order's state.
    pub fn set(&mut self, design: Design, event: &Event) {
        let order = usize::from(event.order);
        let known = self.board[order].unwrap_or_default();
        let newer = match design {
            Design::SetAndDelete => true,
            Design::SetIfNewer => !event.actual || event.write > known,
            Design::CompleteTombstones if self.mark.is_none() => return,
            _ => event.write > known && event.write > self.tombs[order],
        };
        if newer {
            self.board[order] = event.actual.then_some(event.write);
            if !event.actual {
                self.tombs[order] = event.write;
            }
        }
        self.mark = self.mark.or(Some((0, 0)));
    }

    /// For designs without a log: a refresh read when `at` was the newest write.
    pub fn refresh(&mut self, design: Design, at: u8, board: &Board) {
        self.mark = Some((0, 0));
        if design == Design::SetAndDelete {
            self.board = *board;
            return;
        }
        for (order, found) in board.iter().enumerate() {
            let known = self.board[order].unwrap_or_default();
            let tomb = if design == Design::SetIfNewer { 0 } else { self.tombs[order] };
            match found {
                Some(write) if *write > known && *write > tomb => self.board[order] = Some(*write),
                Some(_) => {}
                None if matches!(design, Design::SetIfNewer | Design::Tombstones) || known <= at => {
                    self.board[order] = None;
                    self.tombs[order] = tomb.max(known);
                }
                None => {}
            }
        }
    }
}
