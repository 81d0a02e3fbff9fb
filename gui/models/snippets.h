#pragma once

#include <QtQml/qqmlregistration.h>

#include <QObject>
#include <QVariantList>

namespace ag::gui {

class AccountModel;
class Backend;

// What a person pastes into a shell or a program to use the gateway: with the real base URL and key, and a
// model that is there.
class Snippets : public QObject {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("made by App")
  Q_PROPERTY(QVariantList list READ list NOTIFY changed)
  Q_PROPERTY(QString key READ key NOTIFY changed)
  Q_PROPERTY(QString model READ model NOTIFY changed)
  Q_PROPERTY(bool keyShown READ keyShown WRITE setKeyShown NOTIFY changed)

 public:
  Snippets(Backend& backend, const AccountModel& accounts, QObject* parent = nullptr);

  // {id, title, text, shown}: what is copied, and what is shown of it.
  QVariantList list() const;
  // The gateway's own key, in full: whoever may open the control socket may see it.
  QString key() const { return key_; }
  QString model() const { return model_; }
  // Whether the key is shown in what is on the screen, which others may see; what is copied has it anyway.
  bool keyShown() const { return key_shown_; }
  void setKeyShown(bool shown);

  Q_INVOKABLE void refresh();
  // A new random key; the old one is refused from then on.
  Q_INVOKABLE void rotateKey();

 Q_SIGNALS:
  void changed();
  void rotated();

 private:
  void ChooseModel();

  Backend& backend_;
  const AccountModel& accounts_;
  QString key_;
  QString model_;
  bool key_shown_ = false;
};

}  // namespace ag::gui
