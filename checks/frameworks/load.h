// YAML -> Model. Every error names file, line and column, what is wrong and, for a misspelt word, the likely one.
#pragma once
#include "frameworks/model.h"
#include <span>
#include <string_view>

namespace coroguard {

/// Parses and validates one model text. Problems are appended; a model with problems yields nothing.
std::optional<Model> parseModel(std::string_view yaml, const std::string &file, std::vector<Problem> &problems);

/// The model files compiled into this binary: file name and text, sorted by name.
struct EmbeddedModel {
  const char *file;
  std::string_view text;
};
std::span<const EmbeddedModel> embeddedModels();

/// Reads one model file; an unreadable one is a problem too.
std::optional<Model> readModelFile(const std::string &file, std::vector<Problem> &problems);

/// The user's model files (in this order) before the embedded ones. A user model with problems is left out and reported;
/// a user model whose `library` is that of an embedded one stands before it and does not replace it.
Models loadModels(const std::vector<std::string> &userFiles, std::vector<Problem> &problems);

/// A digest of everything the models say, for cache keys.
std::string digest(const Models &models);

} // namespace coroguard
