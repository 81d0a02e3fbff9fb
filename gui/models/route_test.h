#pragma once

#include <QtQml/qqmlregistration.h>
#include <absl/status/statusor.h>

#include <QObject>
#include <QVariantList>
#include <functional>

namespace ag::gateway::v1 {
class ExplainModelResponse;
}

namespace ag::gui {

class Backend;

// "Where would model X go, and why": the daemon's own explanation.
class RouteTest : public QObject {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("made by App")
  Q_PROPERTY(bool busy READ busy NOTIFY changed)
  Q_PROPERTY(bool asked READ asked NOTIFY changed)
  Q_PROPERTY(bool servable READ servable NOTIFY changed)
  Q_PROPERTY(QString verdict READ verdict NOTIFY changed)
  Q_PROPERTY(QVariantList steps READ steps NOTIFY changed)
  Q_PROPERTY(QVariantList candidates READ candidates NOTIFY changed)

 public:
  explicit RouteTest(Backend& backend, QObject* parent = nullptr);

  bool busy() const { return busy_; }
  bool asked() const { return asked_; }
  bool servable() const { return servable_; }
  QString verdict() const { return verdict_; }
  // {text, decided}
  QVariantList steps() const { return steps_; }
  // {label, eligible, why}: those that could serve first, in the order in which they are asked
  QVariantList candidates() const { return candidates_; }

  // `family`: "openai", "anthropic" or "gemini": whose API the client speaks.
  Q_INVOKABLE void ask(const QString& model, const QString& family);
  // Texts are in another language now.
  void Retranslate();

 Q_SIGNALS:
  void changed();

 private:
  // What another gateway has said.
  void Forget();
  void Take(const absl::StatusOr<gateway::v1::ExplainModelResponse>& reply);

  Backend& backend_;
  std::function<void()> retell_;  // puts the last answer into words again; empty = there was none
  bool busy_ = false;
  bool asked_ = false;
  bool servable_ = false;
  QString verdict_;
  QVariantList steps_;
  QVariantList candidates_;
};

}  // namespace ag::gui
