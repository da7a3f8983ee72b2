/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_MAPPINGS_READER_H
#define OFFHEAP_MAPPINGS_READER_H

#include "smaps_reader.h"

#include <napi.h>

/*
 * The mappings in a file of the form of /proc/PID/smaps, piece by piece, off the JavaScript thread.
 *
 *   openMappings(path: string, maxBytes: number): MappingsReader | { errno: number }
 *   mappingFields: number of doubles of a mapping; mappingsAtOnce: how many a piece has at most
 *   class MappingsReader {
 *     // `rows` has room for mappingsAtOnce * mappingFields. Not to be called again before it has settled.
 *     next(rows: Float64Array): Promise<{ errno: number, mappings: number, names: Buffer, ends: Uint32Array }>
 *     close(): void   // when what is read has been, if it is under way
 *   }
 */
class MappingsReader : public Napi::ObjectWrap<MappingsReader> {
  public:
    static Napi::Function Define(Napi::Env env);
    static Napi::Value Open(const Napi::CallbackInfo &info);

    explicit MappingsReader(const Napi::CallbackInfo &info);
    ~MappingsReader() override;
    MappingsReader(const MappingsReader &) = delete;
    MappingsReader &operator=(const MappingsReader &) = delete;

    /* By the worker, when what it read is told. */
    void Rest();

  private:
    Napi::Value Next(const Napi::CallbackInfo &info);
    void Close(const Napi::CallbackInfo &info);

    smaps_reader *reader_ = nullptr;
    bool is_reading_ = false;
    bool is_closing_ = false;
};

#endif
