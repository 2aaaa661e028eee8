import { define, type Entry } from './definition';
import { NodeSet, toText, TypeMismatch, type Value } from './values';

/** Degrees. */
type Point = readonly [latitude: number, longitude: number];

const RADIUS_M = 6_378_100;
const METRES_A_DEGREE = (2 * Math.PI * RADIUS_M) / 360;

const radians = (degrees: number): number => (degrees * Math.PI) / 180;

function pointOf(text: string): Point {
  const [latitude = NaN, longitude = NaN] = text.trim().split(/\s+/).map(Number);
  if (Number.isNaN(latitude + longitude)) throw new TypeMismatch(`'${text}' is no position`);
  return [latitude, longitude];
}

/** The positions of a line, of several nodes, or of several arguments. */
function pointsOf(args: readonly Value[]): Point[] {
  const texts = args.flatMap((arg) =>
    arg instanceof NodeSet ? arg.values().map(toText) : [toText(arg)],
  );
  const single = texts.length === 1 ? (texts[0] ?? '').split(';') : texts;
  return single.filter((text) => text.trim() !== '').map(pointOf);
}

function between([lat1, long1]: Point, [lat2, long2]: Point): number {
  const [a, b] = [radians(lat1), radians(lat2)];
  const cosine =
    Math.sin(a) * Math.sin(b) + Math.cos(a) * Math.cos(b) * Math.cos(radians(long1 - long2));
  return Math.acos(cosine) * RADIUS_M;
}

function distance(points: readonly Point[]): number {
  return points.reduce(
    (sum, point, at) => sum + (at > 0 ? between(points[at - 1] ?? point, point) : 0),
    0,
  );
}

/** Square metres, on a plane that touches the first point. */
function area(points: readonly Point[]): number {
  const [first] = points;
  if (!first || points.length < 3) return 0;
  const flat = points.slice(1).map(([latitude, longitude]) => ({
    x: (longitude - first[1]) * METRES_A_DEGREE * Math.cos(radians(latitude)),
    y: (latitude - first[0]) * METRES_A_DEGREE,
  }));
  const twice = flat.slice(1).reduce((sum, b, at) => {
    const a = flat[at] ?? b;
    return sum + a.y * b.x - a.x * b.y;
  }, 0);
  return Math.abs(twice / 2);
}

function isWithin([latitude, longitude]: Point, polygon: readonly Point[]): boolean {
  let inside = false;
  polygon.forEach(([lat2, long2], at) => {
    const [lat1, long1] = polygon[at - 1] ?? [lat2, long2];
    if (lat2 > latitude === lat1 > latitude) return;
    const crossing = ((long1 - long2) * (latitude - lat2)) / (lat1 - lat2) + long2;
    if (longitude < crossing) inside = !inside;
  });
  return inside;
}

export const geoFunctions: readonly Entry[] = [
  define('distance', 1, Infinity, (args) => distance(pointsOf(args))),
  define('area', 1, 1, (args) => area(pointsOf(args))),
  define('enclosed-area', 1, 1, (args) => area(pointsOf(args))),
  define('geofence', 2, 2, ([point = '', ...rest]) =>
    isWithin(pointOf(toText(point)), pointsOf(rest)),
  ),
];
