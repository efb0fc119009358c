//! Values by number, whose places are used again.

/// What is in flight. A number stays good until it is [freed](Self::free).
#[derive(Debug)]
pub(super) struct Slab<T> {
    places: Vec<T>,
    free: Vec<u32>,
}

impl<T> Slab<T> {
    pub(super) const fn new() -> Self {
        Self {
            places: Vec::new(),
            free: Vec::new(),
        }
    }

    pub(super) fn add(&mut self, value: T) -> u32 {
        if let Some(place) = self.free.pop() {
            self.places[place as usize] = value;
            return place;
        }
        let place = u32::try_from(self.places.len()).unwrap_or(u32::MAX);
        self.places.push(value);
        place
    }

    pub(super) fn at(&mut self, place: u32) -> &mut T {
        &mut self.places[place as usize]
    }

    /// What stood there is dropped when the place is used again.
    pub(super) fn free(&mut self, place: u32) {
        self.free.push(place);
    }
}
