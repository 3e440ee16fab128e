function Get-HcsCreateOption {
    <#
    .SYNOPSIS
    The parameters of New- and Invoke-HcsContainer as options of create and run, and what goes to stdin.
    #>
    [OutputType([hashtable])]
    param([System.Collections.IDictionary] $Bound, [System.Management.Automation.PSCmdlet] $Caller)

    $options = @()
    $plain = @{
        Id = '--id'; Isolation = '--isolation'; WorkingDirectory = '--workdir'; User = '--user'; HostName = '--hostname'
        Cpus = '--cpus'; Memory = '--memory'; Network = '--network'; RuntimeOptions = '--runtime-options'; Owner = '--owner'
        Bundle = '--bundle'; Layer = '--layer'; EnvironmentFile = '--env-file'
    }
    foreach ($name in $Bound.Keys) {
        if ($plain.ContainsKey($name)) {
            $value = $Bound[$name]
            $text = [string]::Format([System.Globalization.CultureInfo]::InvariantCulture, '{0}', $value)
            # An empty cell of a table.
            if ($text -eq '' -and $name -ne 'Id') { continue }
            # 512MB as an argument is a number that remembers its text, which is not the one to send.
            if ($name -eq 'Memory' -and $value -is [ValueType]) { $text = '{0}b' -f [System.Convert]::ToInt64($value.PSObject.BaseObject) }
            $options += $plain[$name], $text
        }
    }
    foreach ($pair in @{ Environment = '--env'; Label = '--label' }.GetEnumerator()) {
        if (-not $Bound.ContainsKey($pair.Key)) { continue }
        foreach ($text in ConvertTo-HcsPair -Value $Bound[$pair.Key]) { $options += $pair.Value, $text }
    }
    if ($Bound.ContainsKey('Mount')) { foreach ($mount in $Bound['Mount']) { $options += '--mount', $mount } }
    if ($Bound.ContainsKey('Strict') -and $Bound['Strict']) { $options += '--strict' }
    $text = $null
    if ($Bound.ContainsKey('Spec')) {
        $spec = $Bound['Spec']
        if ($spec -is [string] -and -not $spec.TrimStart().StartsWith('{')) {
            $options += '--spec', $spec
        } else {
            $options += '--spec', '-'
            $text = $spec
            # Deep enough for every OCI spec: the default of 2 would cut it.
            if ($spec -isnot [string]) { $text = ConvertTo-Json -InputObject $spec -Depth 20 -Compress }
        }
    }
    $words = @()
    $command = ConvertTo-HcsWord -Caller $Caller
    if ($null -ne $command) { $words = @('--') + $command }
    @{ Options = $options; Words = $words; InputText = $text }
}
