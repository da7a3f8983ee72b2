export declare const cacheFolder: (name: string) => string;
export declare const moveInto: (place: string, made: string) => void;
