//! The one value that is computed: OpenStreetMap's page wants the corners of a map, people know its
//! centre and how near they want to be.

use crate::field::{decimal_text, millionths};

/// `west,south,east,north` around a place, about as much as a window shows at this zoom.
pub(crate) fn corners(latitude: &str, longitude: &str, zoom: &str) -> Option<String> {
    let (latitude, longitude) = (millionths(latitude)?, millionths(longitude)?);
    let zoom: u32 = zoom.parse().ok().filter(|zoom| *zoom <= 19)?;
    // At zoom 0 the world is 256 px wide; a widget is about 512 by 384.
    let width = 720_000_000_i64 >> zoom;
    let height = width / 2;
    let clamp = |value: i64, limit: i64| value.clamp(-limit, limit);
    let corners = [
        clamp(longitude - width / 2, 180_000_000),
        clamp(latitude - height / 2, 85_000_000),
        clamp(longitude + width / 2, 180_000_000),
        clamp(latitude + height / 2, 85_000_000),
    ];
    Some(corners.map(decimal_text).join(","))
}

/// Centre and zoom of a map with these corners: `(latitude, longitude, zoom)`.
pub(crate) fn centre(corners: &str) -> Option<(String, String, String)> {
    let numbers: Vec<i64> = corners.split(',').map(millionths).collect::<Option<_>>()?;
    let [west, south, east, north] = numbers.as_slice() else { return None };
    let width = east.checked_sub(*west).filter(|width| *width > 0)?;
    let zoom = (0..=19).find(|zoom| 720_000_000_i64 >> zoom <= width + width / 4).unwrap_or(19);
    Some((decimal_text((south + north) / 2), decimal_text((west + east) / 2), zoom.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn corners_and_centre_are_each_others_opposite() {
        let found = corners("52.5", "13.4", "12").unwrap();
        assert_eq!(found, "13.31211,52.456055,13.48789,52.543945");
        assert_eq!(centre(&found), Some(("52.5".into(), "13.4".into(), "12".into())));
        assert_eq!(corners("0", "0", "0").as_deref(), Some("-180,-85,180,85"));
        assert_eq!(corners("0", "0", "20"), None);
        assert_eq!(centre("1,2,3"), None);
    }
}
