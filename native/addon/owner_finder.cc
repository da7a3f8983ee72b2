/* SPDX-License-Identifier: MIT */
#include "owner_finder.h"

#include "../owners/owners.h"
#include "class_names.h"
#include "napi_values.h"
#include "open_cores.h"
#include "verdict_worker.h"

#include <algorithm>
#include <malloc.h>
#include <vector>

namespace {

constexpr uint32_t most_climbs = 64;

const char *KindName(owner_kind kind) {
    switch (kind) {
    case owner_java:
        return "java";
    case owner_jvm:
        return "jvm";
    case owner_library:
        return "library";
    case owner_thread:
        return "thread";
    case owner_mapped:
        return "mapped";
    case owner_nobody:
        break;
    }
    return "nobody";
}

Napi::Object ToOwner(Napi::Env env, const owner &from) {
    Napi::Object object = Napi::Object::New(env);
    object["kind"] = Napi::String::New(env, KindName(from.kind));
    object["source"] = ToNumber(env, from.source);
    object["name"] = Napi::String::New(env, from.name);
    object["objects"] = ToNumber(env, from.objects);
    object["directBlocks"] = ToNumber(env, from.direct_blocks);
    object["directBytes"] = ToNumber(env, from.direct_bytes);
    object["blocks"] = ToNumber(env, from.blocks);
    object["bytes"] = ToNumber(env, from.bytes);
    object["sharedBlocks"] = ToNumber(env, from.shared_blocks);
    if (from.shared_with != UINT32_MAX) {
        object["sharedWith"] = ToNumber(env, from.shared_with);
    }
    return object;
}

template <typename Item, typename Convert>
Napi::Array ToArray(Napi::Env env, const Item *items, size_t count, Convert convert) {
    Napi::Array list = Napi::Array::New(env, count);
    for (size_t index = 0; index < count; index++) {
        list[static_cast<uint32_t>(index)] = convert(env, items[index]);
    }
    return list;
}

Napi::Object ToField(Napi::Env env, const owner_field &from) {
    Napi::Object object = Napi::Object::New(env);
    object["owner"] = ToNumber(env, from.owner);
    object["name"] = Napi::String::New(env, from.name);
    object["objects"] = ToNumber(env, from.objects);
    return object;
}

Napi::Object ToType(Napi::Env env, const owner_type &from, const std::string &name) {
    Napi::Object object = Napi::Object::New(env);
    object["owner"] = ToNumber(env, from.owner);
    object["table"] = ToNumber(env, from.table);
    object["name"] = Napi::String::New(env, name);
    object["blocks"] = ToNumber(env, from.blocks);
    object["bytes"] = ToNumber(env, from.bytes);
    return object;
}

Napi::Object ToCategory(Napi::Env env, const owner_category &from) {
    Napi::Object object = Napi::Object::New(env);
    object["number"] = ToNumber(env, from.number);
    object["blocks"] = ToNumber(env, from.blocks);
    object["bytes"] = ToNumber(env, from.bytes);
    return object;
}

Napi::Object ToSize(Napi::Env env, const owner_size &from) {
    Napi::Object object = Napi::Object::New(env);
    object["chunkBytes"] = ToNumber(env, from.bytes);
    object["blocks"] = ToNumber(env, from.blocks);
    object["examples"] = ToArray(env, from.examples, from.example_count, ToNumber);
    return object;
}

const char *HolderName(holder_kind kind) {
    switch (kind) {
    case holder_strong:
        return "strong";
    case holder_soft:
        return "soft";
    case holder_weak:
        return "weak";
    case holder_final:
        return "final";
    case holder_phantom:
        return "phantom";
    case holder_static:
        return "static";
    case holder_thread:
        return "thread";
    case holder_jvm:
        break;
    }
    return "jvm";
}

Napi::Object ToHolder(Napi::Env env, const holder_group &from) {
    Napi::Object object = Napi::Object::New(env);
    object["owner"] = ToNumber(env, from.owner);
    object["level"] = ToNumber(env, from.level);
    object["isWay"] = Napi::Boolean::New(env, from.is_way);
    object["kind"] = Napi::String::New(env, HolderName(from.kind));
    object["name"] = Napi::String::New(env, from.name);
    object["field"] = Napi::String::New(env, from.field);
    object["objects"] = ToNumber(env, from.objects);
    object["held"] = ToNumber(env, from.held);
    return object;
}

Napi::Object ToClimb(Napi::Env env, const owner_climb &from) {
    Napi::Object object = Napi::Object::New(env);
    object["owner"] = ToNumber(env, from.owner);
    object["objects"] = ToNumber(env, from.objects);
    object["rooted"] = ToNumber(env, from.rooted);
    object["waiting"] = ToNumber(env, from.waiting);
    object["levels"] = ToNumber(env, from.levels);
    object["isCut"] = Napi::Boolean::New(env, from.is_cut);
    return object;
}

Napi::Object ToHeap(Napi::Env env, const owners_result &result) {
    Napi::Object object = Napi::Object::New(env);
    object["collector"] = Napi::String::New(env, hotspot_collector_name(result.collector));
    object["jdk"] = ToNumber(env, result.jdk);
    object["classes"] = ToNumber(env, result.classes);
    object["usedBytes"] = ToNumber(env, result.heap_bytes);
    object["readBytes"] = ToNumber(env, result.heap_read_bytes);
    object["wordsOfNoObject"] = ToNumber(env, result.words_of_no_object);
    object["isUnchecked"] = Napi::Boolean::New(env, result.is_unchecked);
    return object;
}

Napi::Object ToObject(Napi::Env env, const owners_result &result, const std::vector<std::string> &names) {
    Napi::Object object = Napi::Object::New(env);
    object["owners"] = ToArray(env, result.owners, result.owner_count, ToOwner);
    object["fields"] = ToArray(env, result.fields, result.field_count, ToField);
    object["types"] = ToArray(env, result.types, result.type_count, [&](Napi::Env to, const owner_type &type) {
        return ToType(to, type, names[static_cast<size_t>(&type - result.types)]);
    });
    object["categories"] = ToArray(env, result.categories, result.category_count, ToCategory);
    object["sizes"] = ToArray(env, result.sizes, result.size_count, ToSize);
    object["holders"] = ToArray(env, result.holders, result.holder_count, ToHolder);
    object["climbs"] = ToArray(env, result.climbs, result.climb_count, ToClimb);
    object["holdersMs"] = ToNumber(env, result.holders_ms);
    object["liveBlocks"] = ToNumber(env, result.live_blocks);
    object["liveBytes"] = ToNumber(env, result.live_bytes);
    object["missingBlocks"] = ToNumber(env, result.missing_blocks);
    object["unreadBytes"] = ToNumber(env, result.unread_bytes);
    object["nobodysFirst"] = ToNumber(env, result.nobodys_first);
    object["nobodysFirstBytes"] = ToNumber(env, result.nobodys_first_bytes);
    object["missedBytes"] = ToNumber(env, result.missed_bytes);
    object["lostPointers"] = ToNumber(env, result.lost_pointers);
    object["threads"] = ToNumber(env, result.threads);
    object["threadsWithoutStack"] = ToNumber(env, result.threads_without_stack);
    object["walkMs"] = ToNumber(env, result.walk_ms);
    object["heapMs"] = ToNumber(env, result.heap_ms);
    object["followMs"] = ToNumber(env, result.follow_ms);
    object["otherMs"] = ToNumber(env, result.other_ms);
    if (result.thread_name_count > 0) {
        object["threadNames"] = ToArray(env, result.thread_names, result.thread_name_count,
                                        [](Napi::Env to, const owner_thread_name &from) {
                                            Napi::Object thread = Napi::Object::New(to);
                                            thread["tid"] = Napi::Number::New(to, from.tid);
                                            thread["name"] = Napi::String::New(to, from.name);
                                            return thread;
                                        });
    }
    if (result.has_heap) {
        object["heap"] = ToHeap(env, result);
    } else {
        object["whyNoHeap"] = Napi::String::New(env, result.why_no_heap == nullptr ? "" : result.why_no_heap);
    }
    return object;
}

class OwnersWorker : public VerdictWorker {
  public:
    /* `core`: nothing, where the process is alive. `root`: nothing, or where the core's mapped files are. */
    OwnersWorker(Napi::Env env, pid_t pid, std::shared_ptr<OpenCore> core, const owners_options &options,
                 Napi::Uint8Array kinds, Napi::Float64Array ranges, Napi::Int32Array cancelled, const Napi::Value &root)
        : VerdictWorker(env, "offheap:owners", cancelled), pid_(pid), core_(std::move(core)),
          has_root_(root.IsString()), options_(options) {
        if (has_root_) {
            root_ = root.As<Napi::String>();
        }
        for (size_t index = 0; index < kinds.ElementLength(); index++) {
            sources_.push_back({static_cast<owner_kind>(kinds[index])});
        }
        for (size_t index = 0; index + 2 < ranges.ElementLength(); index += 3) {
            ranges_.push_back({static_cast<uint64_t>(ranges[index]), static_cast<uint64_t>(ranges[index + 1]),
                               static_cast<uint32_t>(ranges[index + 2])});
        }
        options_.cancelled = cancelled.Data();
        options_.sources = sources_.data();
        options_.source_count = sources_.size();
        options_.ranges = ranges_.data();
        options_.range_count = ranges_.size();
    }
    ~OwnersWorker() override {
        owners_free(&result_);
    }

  protected:
    void Execute() override {
        core_file core = {};
        if (core_) {
            core = core_->look.core; /* which owns what this one points to */
            core.root = has_root_ ? root_.c_str() : nullptr;
        }
        const remote whose = {pid_, core_ ? &core : nullptr};
        verdict_ = owners_find(&whose, &options_, &result_);
        ClassNames names;
        for (size_t index = 0; verdict_.status == inspect_ok && index < result_.type_count; index++) {
            type_names_.push_back(names.Of(result_.types[index].symbol));
        }
        /*
         * A look has taken hundreds of times what it leaves behind. Here no JavaScript waits for it: milliseconds, and
         * who looks again and again, as the exporter does, is as small between two looks as before the first. musl has
         * no such function.
         */
#if defined(__GLIBC__)
        (void)malloc_trim(0);
#endif
    }

    void AddResult(Napi::Env env, Napi::Object object) override {
        object["owners"] = ToObject(env, result_, type_names_);
    }

  private:
    pid_t pid_;
    std::shared_ptr<OpenCore> core_;
    bool has_root_;
    std::string root_;
    std::vector<owners_source> sources_;
    std::vector<owners_range> ranges_;
    owners_options options_ = {};
    owners_result result_ = {};
    std::vector<std::string> type_names_;
};

bool IsArray(const Napi::Value &value, napi_typedarray_type type) {
    return value.IsTypedArray() && value.As<Napi::TypedArray>().TypedArrayType() == type;
}

/* What comes from JavaScript may be anything: a kind that is none, a range of a source that is none. */
bool AreSound(const Napi::Uint8Array &kinds, const Napi::Float64Array &ranges) {
    for (size_t index = 0; index < kinds.ElementLength(); index++) {
        if (kinds[index] != owner_jvm && kinds[index] != owner_library && kinds[index] != owner_mapped) {
            return false;
        }
    }
    for (size_t index = 0; index < ranges.ElementLength(); index += 3) {
        bool is_sound = index + 2 < ranges.ElementLength() && ranges[index] >= 0 && ranges[index] <= 0x1p53 &&
                        ranges[index + 1] >= ranges[index] && ranges[index + 1] <= 0x1p53 && ranges[index + 2] >= 0 &&
                        ranges[index + 2] < static_cast<double>(kinds.ElementLength());
        if (!is_sound) {
            return false;
        }
    }
    return true;
}

/* Of a pid, or of the number of a core file. */
Napi::Value Find(const Napi::CallbackInfo &info, bool is_core) {
    Napi::Env env = info.Env();
    bool are_right = info.Length() >= 8 && info[7].IsBoolean() && info[6].IsNumber() && info[0].IsNumber() &&
                     info[1].IsNumber() && info[2].IsNumber() && IsArray(info[3], napi_uint8_array) &&
                     IsArray(info[4], napi_float64_array) && IsArray(info[5], napi_int32_array) &&
                     info[5].As<Napi::TypedArray>().ElementLength() == 1 &&
                     AreSound(info[3].As<Napi::Uint8Array>(), info[4].As<Napi::Float64Array>());
    std::shared_ptr<OpenCore> core =
        are_right && is_core ? FindCore(info[0].As<Napi::Number>().Uint32Value()) : nullptr;
    if (!are_right || is_core != (core != nullptr)) {
        Napi::TypeError::New(env, std::string("Expected ") + (is_core ? "an open core" : "a pid") +
                                      ", a budget, climbs, kinds, ranges, an Int32Array of one element, a source and "
                                      "a boolean")
            .ThrowAsJavaScriptException();
        return env.Undefined();
    }
    owners_options options = {};
    options.budget_ms = static_cast<uint64_t>(std::max<int64_t>(info[1].As<Napi::Number>().Int64Value(), 0));
    options.loader = info[6].As<Napi::Number>().Uint32Value();
    options.by_points = info[7].As<Napi::Boolean>().Value();
    options.climbs = std::min<uint32_t>(info[2].As<Napi::Number>().Uint32Value(), most_climbs);
    pid_t pid = core ? 0 : info[0].As<Napi::Number>().Int32Value();
    auto *worker = new OwnersWorker(env, pid, std::move(core), options, info[3].As<Napi::Uint8Array>(),
                                    info[4].As<Napi::Float64Array>(), info[5].As<Napi::Int32Array>(), info[8]);
    Napi::Promise promise = worker->Promise();
    worker->Queue();
    return promise;
}

} // namespace

Napi::Value FindOwners(const Napi::CallbackInfo &info) {
    return Find(info, false);
}

Napi::Value FindCoreOwners(const Napi::CallbackInfo &info) {
    return Find(info, true);
}
