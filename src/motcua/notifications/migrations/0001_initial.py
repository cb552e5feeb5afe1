
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('identity', '0002_desk'),
    ]

    operations = [
        migrations.CreateModel(
            name='Preference',
            fields=[
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='+', serialize=False, to='identity.person')),
                ('email', models.EmailField(blank=True, max_length=254)),
                ('waiting_email', models.EmailField(blank=True, max_length=254)),
                ('asked_at', models.DateTimeField(null=True)),
                ('by_email', models.BooleanField(default=True)),
                ('by_sms', models.BooleanField(default=False)),
                ('language', models.CharField(default='vi', max_length=5)),
                ('changed_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=20)),
                ('subject', models.CharField(max_length=80)),
                ('address', models.CharField(max_length=300)),
                ('due_at', models.DateTimeField(null=True)),
                ('key', models.CharField(max_length=80, unique=True)),
                ('created_at', models.DateTimeField()),
                ('read_at', models.DateTimeField(null=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.person')),
            ],
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('channel', models.CharField(choices=[('email', 'Email'), ('sms', 'Sms')], max_length=10)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('sent', 'Sent'), ('refused', 'Refused'), ('given_up', 'Given Up')], default='waiting', max_length=10)),
                ('ended_at', models.DateTimeField(null=True)),
                ('notice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='notifications.notice')),
            ],
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(fields=['person', '-id'], name='notice_of_person'),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(condition=models.Q(('read_at', None)), fields=['person'], name='notice_unread'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ('accepted', 'supplement', 'fee', 'extended', 'refused', 'stopped', 'ready', 'returned'))), name='notice_kind'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(('address__startswith', '/')), name='notice_address_of_this_site'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.UniqueConstraint(fields=('notice', 'channel'), name='delivery_once'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('state', 'waiting')), models.Q(models.Q(('state', 'waiting'), _negated=True), ('ended_at__isnull', False), ('state__in', ['waiting', 'sent', 'refused', 'given_up'])), _connector='OR'), name='delivery_state'),
        ),
    ]
