/* SPDX-License-Identifier: MIT */
#include "mappings_reader.h"

#include "napi_values.h"

#include <algorithm>
#include <cerrno>
#include <string>

namespace {

bool IsRoom(const Napi::Value &value) {
    return value.IsTypedArray() && value.As<Napi::TypedArray>().TypedArrayType() == napi_float64_array &&
           value.As<Napi::TypedArray>().ElementLength() >= smaps_piece_mappings * smaps_field_count;
}

class PieceWorker : public Napi::AsyncWorker {
  public:
    PieceWorker(Napi::Env env, MappingsReader *owner, smaps_reader *reader, Napi::Float64Array rows)
        : Napi::AsyncWorker(env, "offheap:mappings"), deferred_(Napi::Promise::Deferred::New(env)), owner_(owner),
          reader_(reader), rows_(rows.Data()), kept_(Napi::Persistent(rows.As<Napi::Object>())),
          kept_owner_(Napi::Persistent(owner->Value())) {}
    PieceWorker(const PieceWorker &) = delete;
    PieceWorker &operator=(const PieceWorker &) = delete;

    Napi::Promise Promise() const {
        return deferred_.Promise();
    }

  protected:
    void Execute() override {
        errno = 0;
        error_ = smaps_reader_next(reader_, rows_, &piece_) ? 0 : errno;
    }

    void OnOK() override {
        Napi::Env env = Env();
        Napi::Object object = Napi::Object::New(env);
        object["errno"] = Napi::Number::New(env, error_);
        object["mappings"] = Napi::Number::New(env, static_cast<double>(piece_.mappings));
        object["names"] = Napi::Buffer<char>::Copy(env, piece_.text, piece_.text_bytes);
        Napi::Uint32Array ends = Napi::Uint32Array::New(env, piece_.names);
        std::copy_n(piece_.ends, piece_.names, ends.Data());
        object["ends"] = ends;
        owner_->Rest();
        deferred_.Resolve(object);
    }

    void OnError(const Napi::Error &error) override {
        owner_->Rest();
        deferred_.Reject(error.Value());
    }

  private:
    Napi::Promise::Deferred deferred_;
    MappingsReader *owner_;
    smaps_reader *reader_;
    double *rows_;
    smaps_piece piece_ = {};
    int error_ = 0;
    Napi::ObjectReference kept_;
    Napi::ObjectReference kept_owner_;
};

} // namespace

Napi::Function MappingsReader::Define(Napi::Env env) {
    return DefineClass(
        env, "MappingsReader",
        {InstanceMethod("next", &MappingsReader::Next), InstanceMethod("close", &MappingsReader::Close)});
}

Napi::Value MappingsReader::Open(const Napi::CallbackInfo &info) {
    Napi::Env env = info.Env();
    if (info.Length() < 2 || !info[0].IsString() || !info[1].IsNumber()) {
        return Refuse(env, "Expected a path and a number of bytes");
    }
    std::string path = info[0].As<Napi::String>().Utf8Value();
    double max_bytes = info[1].As<Napi::Number>().DoubleValue();
    smaps_reader *reader = smaps_reader_open(path.c_str(), max_bytes > 0 ? static_cast<uint64_t>(max_bytes) : 0);
    if (reader == nullptr) {
        Napi::Object failure = Napi::Object::New(env);
        failure["errno"] = Napi::Number::New(env, errno);
        return failure;
    }
    auto *constructor = static_cast<Napi::FunctionReference *>(info.Data());
    Napi::Object object = constructor->New({});
    Unwrap(object)->reader_ = reader;
    return object;
}

MappingsReader::MappingsReader(const Napi::CallbackInfo &info) : Napi::ObjectWrap<MappingsReader>(info) {}

MappingsReader::~MappingsReader() {
    if (reader_ != nullptr) {
        smaps_reader_close(reader_);
    }
}

Napi::Value MappingsReader::Next(const Napi::CallbackInfo &info) {
    Napi::Env env = info.Env();
    if (reader_ == nullptr || is_reading_ || is_closing_) {
        return Refuse(env, "Expected an open reader that reads nothing");
    }
    if (info.Length() < 1 || !IsRoom(info[0])) {
        return Refuse(env, "Expected a Float64Array with room for a piece");
    }
    auto *worker = new PieceWorker(env, this, reader_, info[0].As<Napi::Float64Array>());
    Napi::Promise promise = worker->Promise();
    is_reading_ = true;
    worker->Queue();
    return promise;
}

void MappingsReader::Rest() {
    is_reading_ = false;
    if (is_closing_ && reader_ != nullptr) {
        smaps_reader_close(reader_);
        reader_ = nullptr;
    }
}

void MappingsReader::Close(const Napi::CallbackInfo &) {
    is_closing_ = true;
    if (!is_reading_) {
        Rest();
    }
}
