/** What we use of upng-js, which has no types of its own. */
declare module "upng-js" {
  export interface Image {
    width: number;
    height: number;
  }
  const UPNG: {
    decode(png: ArrayBuffer): Image;
    /** RGBA of each frame. */
    toRGBA8(image: Image): ArrayBuffer[];
    /** @param delays milliseconds of each frame */
    encode(frames: ArrayBuffer[], width: number, height: number, colours: number, delays?: number[]): ArrayBuffer;
  };
  export default UPNG;
}
