#pragma once

#include <QtQml/qqmlregistration.h>

#include <QObject>
#include <QString>
#include <QVariantList>

namespace ag::gui {

class Backend;

// Where the daemon's program, settings, data and log are, as it says itself. An older daemon does not tell all of it.
class ServerPlaces : public QObject {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("made by App")
  // {key, name, value, copyable, folder}: `folder` is the path of the folder that can be opened on this machine;
  // empty = none can.
  Q_PROPERTY(QVariantList list READ list NOTIFY changed)
  // All names and values, for a search.
  Q_PROPERTY(QString words READ words NOTIFY changed)

 public:
  explicit ServerPlaces(Backend& backend, QObject* parent = nullptr);

  QVariantList list() const;
  QString words() const;
  void Retranslate() { Q_EMIT changed(); }

 Q_SIGNALS:
  void changed();

 private:
  QVariantMap Place(const char* key, const QString& name, const QString& path, const QString& folder) const;
  QVariantMap Log() const;

  Backend& backend_;
};

}  // namespace ag::gui
