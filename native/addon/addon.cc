/* SPDX-License-Identifier: MIT */
#include "connector.h"
#include "core_reader.h"
#include "counter_map.h"
#include "fault_guard.h"
#include "free_pages_reader.h"
#include "inspector.h"
#include "jvm_places_reader.h"
#include "mappings_reader.h"
#include "memory_file.h"
#include "own_malloc.h"
#include "owner_finder.h"
#include "sampler_object.h"

#include <napi.h>

namespace {

struct Field {
    const char *kind;
    const char *name;
    const char *unit;
    const char *writer;
    const char *doc;
    int first_cell;
    int width;
};

constexpr Field fields[] = {
#define OFFHEAP_FIELD(kind, name, width, unit, writer, doc) {#kind, #name, #unit, #writer, doc, counter_##name, width},
    OFFHEAP_COUNTER_FIELDS
#undef OFFHEAP_FIELD
};

/* { version: number, cellCount: number, fields: { kind, name, unit, writer, doc, firstCell, width }[] } */
Napi::Object DescribePage(Napi::Env env) {
    Napi::Array list = Napi::Array::New(env);
    uint32_t count = 0;
    for (const Field &field : fields) {
        Napi::Object object = Napi::Object::New(env);
        object["kind"] = Napi::String::New(env, field.kind);
        object["name"] = Napi::String::New(env, field.name);
        object["unit"] = Napi::String::New(env, field.unit);
        object["writer"] = Napi::String::New(env, field.writer);
        object["doc"] = Napi::String::New(env, field.doc);
        object["firstCell"] = Napi::Number::New(env, field.first_cell);
        object["width"] = Napi::Number::New(env, field.width);
        list[count++] = object;
    }
    Napi::Object page = Napi::Object::New(env);
    page["version"] = Napi::Number::New(env, counter_page_version);
    page["bytes"] = Napi::Number::New(env, counter_page_bytes);
    page["cellCount"] = Napi::Number::New(env, counter_cell_count);
    page["fields"] = list;
    return page;
}

/* One of each per environment: the addon may be loaded in several worker threads. */
struct Constructors {
    Napi::FunctionReference counter_map;
    Napi::FunctionReference mappings_reader;
    Napi::FunctionReference sampler;
};

/* { counterPage, mapCounters, heapFigures, inspectHeap, inspectCore, readCore, closeCore, findOwners, findCoreOwners,
 * readFreePages, readJvmPlaces, connectAs, sampleFields, startSampler, readSmaps, createMemoryFile, mappingFields,
 * mappingsAtOnce, openMappings, tightenMalloc, trimMalloc } */
Napi::Object Initialize(Napi::Env env, Napi::Object exports) {
    if (!fault_guard_install()) {
        Napi::Error::New(env, "Cannot install a handler for SIGBUS").ThrowAsJavaScriptException();
        return exports;
    }
    auto *constructors =
        new Constructors{Napi::Persistent(CounterMap::Define(env)), Napi::Persistent(MappingsReader::Define(env)),
                         Napi::Persistent(SamplerObject::Define(env))};
    env.SetInstanceData(constructors);
    exports["counterPage"] = DescribePage(env);
    exports["mapCounters"] = Napi::Function::New(env, CounterMap::Open, "mapCounters", &constructors->counter_map);
    exports["sampleFields"] = Napi::Number::New(env, sample_doubles);
    exports["startSampler"] = Napi::Function::New(env, SamplerObject::Start, "startSampler", &constructors->sampler);
    exports["readSmaps"] = Napi::Function::New(env, SamplerObject::ReadSmaps, "readSmaps");
    exports["tightenMalloc"] = Napi::Function::New(env, TightenMalloc, "tightenMalloc");
    exports["trimMalloc"] = Napi::Function::New(env, TrimMalloc, "trimMalloc");
    exports["mappingFields"] = Napi::Number::New(env, smaps_field_count);
    exports["mappingsAtOnce"] = Napi::Number::New(env, smaps_piece_mappings);
    exports["openMappings"] =
        Napi::Function::New(env, MappingsReader::Open, "openMappings", &constructors->mappings_reader);
    exports["heapFigures"] = DescribeHeapFigures(env);
    exports["inspectHeap"] = Napi::Function::New(env, InspectHeap, "inspectHeap");
    exports["inspectCore"] = Napi::Function::New(env, InspectCore, "inspectCore");
    exports["readCore"] = Napi::Function::New(env, ReadCore, "readCore");
    exports["closeCore"] = Napi::Function::New(env, CloseCore, "closeCore");
    exports["findCoreOwners"] = Napi::Function::New(env, FindCoreOwners, "findCoreOwners");
    exports["findOwners"] = Napi::Function::New(env, FindOwners, "findOwners");
    exports["createMemoryFile"] = Napi::Function::New(env, CreateMemoryFile, "createMemoryFile");
    exports["connectAs"] = Napi::Function::New(env, ConnectAs, "connectAs");
    exports["readJvmPlaces"] = Napi::Function::New(env, ReadJvmPlaces, "readJvmPlaces");
    exports["readFreePages"] = Napi::Function::New(env, ReadFreePages, "readFreePages");
    return exports;
}

} // namespace

NODE_API_MODULE(offheap, Initialize)
